/**
 * How far apart two people are, from the clocks of their two videos read on one machine's wall clock.
 */

import type { Person, Sample } from "./people.ts";

export interface Skew {
  p50: number;
  p95: number;
  max: number;
  samples: number;
}

/** Measures two people for so many milliseconds; the answer is in milliseconds of film. */
export async function skewBetween(a: Person, b: Person, during: number): Promise<Skew> {
  const [left, right] = await Promise.all([a.clock(during), b.clock(during)]);
  const apart = left
    .map((sample) => ({ sample, other: positionAt(right, sample.at) }))
    .filter((it) => it.other !== undefined)
    .map(({ sample, other }) => Math.abs(sample.position - (other ?? 0)) * 1000)
    .sort((x, y) => x - y);
  const quantile = (q: number) => apart[Math.min(apart.length - 1, Math.floor(apart.length * q))] ?? Number.NaN;
  return { p50: quantile(0.5), p95: quantile(0.95), max: quantile(1), samples: apart.length };
}

/** The position at a moment between two samples; nothing before the first and after the last. */
function positionAt(samples: Sample[], at: number): number | undefined {
  const next = samples.findIndex((it) => it.at >= at);
  const [before, after] = [samples[next - 1], samples[next]];
  if (!before || !after) return undefined;
  const share = (at - before.at) / Math.max(after.at - before.at, 1e-6);
  return before.position + share * (after.position - before.position);
}
