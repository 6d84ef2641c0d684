/**
 * The clock of a film as it runs in a browser, noted many times a second: where it is, how fast it goes, how often it
 * jumped. Times are those of the machine's monotonic clock, which all processes share and nobody sets.
 */

import type { Person } from "../browser/people.ts";

/** A moment of a film: milliseconds of the machine's clock, milliseconds into the film. */
export interface Moment {
  at: number;
  position: number;
  rate: number;
  /** How many seeks there were until then. */
  seeks: number;
  /** It stands, seeks, or has nothing to show. */
  still: boolean;
}

interface Recording {
  taken: Moment[];
  seeks: number;
}

const EVERY_MS = 25;

/** The machine's monotonic clock, in milliseconds. */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Notes this person's film from now on, until the page is left. */
export async function record(person: Person): Promise<void> {
  const devtools = await person.page.context().newCDPSession(person.page);
  await devtools.send("Performance.enable");
  const { metrics } = await devtools.send("Performance.getMetrics");
  const began = metrics.find(({ name }) => name === "NavigationStart")?.value;
  if (began === undefined) throw new Error("this browser does not tell when its page began");
  await devtools.detach();
  await person.page.evaluate(
    ({ beganMs, everyMs }) => {
      const video = document.querySelector("video");
      if (video === null) throw new Error("there is no film to record");
      const recording: Recording = { taken: [], seeks: 0 };
      Object.assign(window, { recording });
      video.addEventListener("seeking", () => (recording.seeks += 1));
      setInterval(() => {
        recording.taken.push({
          at: beganMs + performance.now(),
          position: video.currentTime * 1000,
          rate: video.playbackRate,
          seeks: recording.seeks,
          still: video.paused || video.seeking || video.readyState < 3,
        });
      }, everyMs);
    },
    { beganMs: began * 1000, everyMs: EVERY_MS },
  );
}

/** Takes what was noted so far, and forgets it. */
export async function taken(person: Person): Promise<Moment[]> {
  return person.page.evaluate(() => (window as unknown as { recording: Recording }).recording.taken.splice(0));
}
