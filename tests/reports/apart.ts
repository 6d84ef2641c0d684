/**
 * How far apart films are that were recorded at the same time.
 */

import type { Moment } from "./recorder.ts";

/** How often everybody's place is compared, in milliseconds. */
const EVERY_MS = 20;
/** Notes further apart than this say nothing about the time between them. */
const GAP_MS = 150;

/** How far the first and the last of all are apart at a moment, in milliseconds of film. */
export interface Apart {
  at: number;
  spread: number;
}

/** Compares recordings again and again, where all of them play. */
export function apart(recordings: Moment[][]): Apart[] {
  const from = Math.max(...recordings.map((moments) => moments[0]?.at ?? Number.POSITIVE_INFINITY));
  const until = Math.min(...recordings.map((moments) => moments.at(-1)?.at ?? 0));
  const readers = recordings.map(reader);
  const all: Apart[] = [];
  for (let at = from; at < until; at += EVERY_MS) {
    const places = readers.map((read) => read(at)).filter((place) => place !== null);
    if (places.length === recordings.length) all.push({ at, spread: Math.max(...places) - Math.min(...places) });
  }
  return all;
}

/** Reads places between notes, at moments that rise; null where the film stood or was not noted. */
function reader(moments: Moment[]): (at: number) => number | null {
  let index = 0;
  return (at) => {
    while (index < moments.length - 1 && (moments[index + 1]?.at ?? 0) < at) index += 1;
    const [before, after] = [moments[index], moments[index + 1]];
    if (!before || !after || after.at - before.at > GAP_MS || before.still || after.still) return null;
    const share = (at - before.at) / Math.max(after.at - before.at, 1e-6);
    return before.position + share * (after.position - before.position);
  };
}

/** The value below which this share of all values lies. */
export function quantile(values: number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
