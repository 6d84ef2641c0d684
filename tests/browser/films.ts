/**
 * The films that the tests watch: made by ffmpeg, kept under target/films.
 *
 * A film's name carries its recipe, so a changed recipe makes a new film and an old one is never mistaken for it.
 */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");
const folder = path.resolve(root, process.env["CARGO_TARGET_DIR"] ?? "target", "films");

interface Recipe {
  extension: "mp4" | "webm" | "mkv";
  seconds: number;
  arguments: string[];
}

const x264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-movflags", "+faststart"];
const aac = ["-c:a", "aac", "-b:a", "64k"];

const recipes = {
  /** H.264 and AAC, as most films come. */
  mp4: {
    extension: "mp4",
    seconds: 120,
    arguments: [...x264, "-b:v", "300k", "-maxrate", "400k", "-bufsize", "400k", ...aac],
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
} satisfies Record<string, Recipe>;

export type FilmName = keyof typeof recipes;

/** How long a film is, in seconds. */
export function lengthOf(name: FilmName): number {
  return recipes[name].seconds;
}

/** The path of a film, which is made if it is not there yet. */
export function film(name: FilmName): string {
  const recipe: Recipe = recipes[name];
  const hash = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8);
  const file = path.join(folder, `${name}-${hash}.${recipe.extension}`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const unfinished = path.join(folder, `unfinished-${process.pid}.${recipe.extension}`);
  const sources = ["testsrc2=size=640x360:rate=25", "sine=frequency=330:sample_rate=48000"];
  const inputs = sources.flatMap((source) => ["-f", "lavfi", "-i", source]);
  const rest = ["-t", String(recipe.seconds), ...recipe.arguments, unfinished];
  execFileSync("ffmpeg", ["-hide_banner", "-loglevel", "error", "-y", ...inputs, ...rest]);
  renameSync(unfinished, file);
  return file;
}

/** Makes all films. */
export function makeFilms(): void {
  for (const name of Object.keys(recipes)) film(name as FilmName);
}
