/** The programs that make films playable: slow ones, and how to hold them still. */

import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder with an ffmpeg that reads films at so many times their pace to make streams of them; pictures come at once. */
export function slowTools(pace: number): string {
  const folder = mkdtempSync(path.join(tmpdir(), "matinee-tools-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const [ffmpeg, ffprobe] = ["ffmpeg", "ffprobe"].map((name) =>
    execFileSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).trim(),
  ) as [string, string];
  const script = `#!/bin/sh
case " $* " in *" hls "*) exec ${ffmpeg} -readrate ${pace} "$@" ;; *) exec ${ffmpeg} "$@" ;; esac
`;
  writeFileSync(path.join(folder, "ffmpeg"), script, { mode: 0o755 });
  symlinkSync(ffprobe, path.join(folder, "ffprobe"));
  return folder;
}

/** Sends a signal to all that make streams below this folder; says how many there are. */
export function signalMakers(data: string, signal: "SIGSTOP" | "SIGCONT" | "SIGKILL"): number {
  const streams = path.join(data, "streams") + path.sep;
  const makers = readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/cwd`).startsWith(streams);
    } catch {
      // It has ended, or is not ours to look at.
      return false;
    }
  });
  for (const id of makers) process.kill(Number(id), signal);
  return makers.length;
}
