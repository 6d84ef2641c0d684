/**
 * The clock of a film as it runs in a browser, noted at every frame: where it is, how fast it goes, how often it jumped.
 */

import type { Person } from "../browser/people.ts";

/** A moment of a film: milliseconds since 1970, milliseconds into the film. */
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

/** Notes this person's film from now on, until the page is left. */
export async function record(person: Person): Promise<void> {
  await person.page.evaluate(() => {
    const video = document.querySelector("video");
    if (video === null) throw new Error("there is no film to record");
    const recording: Recording = { taken: [], seeks: 0 };
    Object.assign(window, { recording });
    video.addEventListener("seeking", () => (recording.seeks += 1));
    const note = () => {
      recording.taken.push({
        at: performance.timeOrigin + performance.now(),
        position: video.currentTime * 1000,
        rate: video.playbackRate,
        seeks: recording.seeks,
        still: video.paused || video.seeking || video.readyState < 3,
      });
      requestAnimationFrame(note);
    };
    note();
  });
}

/** Takes what was noted so far, and forgets it. */
export async function taken(person: Person): Promise<Moment[]> {
  return person.page.evaluate(() => (window as unknown as { recording: Recording }).recording.taken.splice(0));
}
