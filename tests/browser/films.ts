/**
 * The films that the tests watch: made by ffmpeg, kept under target/films.
 *
 * A film's name carries its recipe, so a changed recipe makes a new film and an old one is never mistaken for it.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const folder = path.resolve(root, process.env["CARGO_TARGET_DIR"] ?? "target", "films");

/** How ffmpeg makes a film. */
export interface Recipe {
  extension: "mp4" | "webm" | "mkv";
  seconds: number;
  arguments: string[];
  /** Files that are inputs after picture and sound, by their endings. */
  beside?: Array<[ending: string, content: string]>;
}

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-movflags", "+faststart"];
const aac = ["-c:a", "aac", "-b:a", "64k"];

/** Subtitles: every 5 seconds a line that stays for 4. */
function lines(words: string, seconds: number): string {
  const time = (at: number) => `00:00:${String(at).padStart(2, "0")},000`;
  return Array.from({ length: seconds / 5 }, (_, line) => line)
    .map((line) => `${line + 1}\n${time(line * 5)} --> ${time(line * 5 + 4)}\n${words} ${line}\n`)
    .join("\n");
}

const chapters = [";FFMETADATA1"]
  .concat(
    ["Beginning", "Middle", "End"].map(
      (title, index) => `[CHAPTER]\nTIMEBASE=1/1\nSTART=${index * 20}\nEND=${index * 20 + 20}\ntitle=${title}`,
    ),
  )
  .join("\n");

const twoSubtitles = ["-metadata:s:s:0", "language=eng", "-metadata:s:s:1", "language=ger"];

const recipes = {
  /** H.264 and AAC, as most films come. */
  mp4: {
    extension: "mp4",
    seconds: 120,
    arguments: [...x264, "-b:v", "300k", "-maxrate", "400k", "-bufsize", "400k", ...aac],
  },
  /** Over soon. */
  short: { extension: "mp4", seconds: 20, arguments: [...x264, "-b:v", "300k", ...aac] },
  /** As films come from a cinema's 23.976 pictures a second: over soon, and a third of a millisecond longer than whole ones. */
  uneven: {
    extension: "mp4",
    seconds: 12.08,
    arguments: [...x264, "-b:v", "300k", "-r", "24000/1001", "-movie_timescale", "24000", ...aac],
  },
  /** VP9 and Opus. */
  webm: {
    extension: "webm",
    seconds: 90,
    arguments: ["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-row-mt", "1", "-g", "50"].concat([
      "-b:v",
      "300k",
      "-c:a",
      "libopus",
      "-b:a",
      "48k",
    ]),
  },
  /** So many bytes (60 MB, mostly filler) that a browser does not hold all of it. */
  heavy: {
    extension: "mp4",
    seconds: 60,
    arguments: [...x264, "-b:v", "8M", "-minrate", "8M", "-maxrate", "8M", "-bufsize", "8M"].concat(
      ["-x264-params", "nal-hrd=cbr:filler=1"],
      aac,
    ),
  },
  /** An hour, in few bytes. */
  hour: {
    extension: "mp4",
    seconds: 3600,
    arguments: [
      ...x264,
      "-vf",
      "scale=160:90,fps=2",
      "-g",
      "8",
      "-b:v",
      "30k",
      "-c:a",
      "aac",
      "-b:a",
      "24k",
      "-ac",
      "1",
    ],
  },
  /** H.264 and AC-3: the picture plays in a browser, the sound does not. */
  mkv: { extension: "mkv", seconds: 60, arguments: [...x264, "-b:v", "300k", "-c:a", "ac3"] },
  /** HEVC, which not every browser plays; long enough to come while it is encoded. */
  hevc: {
    extension: "mkv",
    seconds: 150,
    arguments: [
      "-c:v",
      "libx265",
      "-preset",
      "ultrafast",
      "-x265-params",
      "log-level=error",
      "-pix_fmt",
      "yuv420p",
      ...aac,
    ],
  },
  /** Two sound tracks to choose from. */
  sounds: {
    extension: "mkv",
    seconds: 30,
    arguments: [...x264, "-b:v", "300k", ...aac, "-map", "0:v", "-map", "1:a", "-map", "1:a"].concat([
      "-metadata:s:a:0",
      "language=eng",
      "-metadata:s:a:1",
      "language=fra",
    ]),
  },
  /** H.264 and AC-3 with chapters and two tracks of subtitles. */
  subtitled: {
    extension: "mkv",
    seconds: 60,
    arguments: [...x264, "-b:v", "300k", "-c:a", "ac3", "-c:s", "srt", ...twoSubtitles].concat(
      ["0:v", "1:a", "2", "3"].flatMap((input) => ["-map", input]),
      ["-map_chapters", "4"],
    ),
    beside: [
      ["srt", lines("English", 60)],
      ["srt", lines("Deutsch", 60)],
      ["ffmetadata", chapters],
    ],
  },
  /** Two sound tracks and two of subtitles, in a file that browsers play but offer no choice in. */
  bilingual: {
    extension: "mp4",
    seconds: 30,
    arguments: [...x264, "-b:v", "300k", ...aac, "-c:s", "mov_text", ...twoSubtitles].concat(
      ["0:v", "1:a", "1:a", "2", "3"].flatMap((input) => ["-map", input]),
      ["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=ger"],
    ),
    beside: [
      ["srt", lines("English", 30)],
      ["srt", lines("Deutsch", 30)],
    ],
  },
} satisfies Record<string, Recipe>;

export type FilmName = keyof typeof recipes;

/** How long a film is, in seconds. */
export function lengthOf(name: FilmName): number {
  return recipes[name].seconds;
}

/** The path of a film, which is made if it is not there yet. */
export function film(name: FilmName): string {
  return filmOf(name, recipes[name]);
}

/** The same of a film by a recipe of one's own. */
export function filmOf(name: string, recipe: Recipe): string {
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8);
  const file = path.join(folder, `${name}-${hash}.${recipe.extension}`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const unfinished = path.join(folder, `unfinished-${process.pid}.${recipe.extension}`);
  const sources = ["testsrc2=size=640x360:rate=25", "sine=frequency=330:sample_rate=48000"];
  const inputs = sources.flatMap((source) => ["-f", "lavfi", "-i", source]);
  for (const [index, [ending, content]] of (recipe.beside ?? []).entries()) {
    const input = path.join(folder, `${name}-${hash}-${index}.${ending}`);
    writeFileSync(input, content);
    inputs.push("-i", input);
  }
  const rest = ["-t", String(recipe.seconds), ...recipe.arguments, unfinished];
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...inputs, ...rest]);
  renameSync(unfinished, file);
  return file;
}

/** Makes all films. */
export function makeFilms(): void {
  for (const name of Object.keys(recipes)) film(name as FilmName);
}
