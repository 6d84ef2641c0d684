// What everybody's player has told of how far off it was, over the last minute. Pure: times are arguments, by the
// server's clock.
import type { MemberSkew } from '../protocol'

export interface Sample {
  atMs: number
  /** Behind the room it is negative. */
  meanMs: number
  /** It was no further off than this for 95 % of the time. */
  mostlyMs: number
}

/** By member, the oldest sample first. */
export type History = ReadonlyMap<number, readonly Sample[]>

export const KEPT_MS = 60_000
/** A player tells at least every five seconds in which it plays: what is older than this is not about now. */
export const FRESH_MS = 8_000

/** The history with what was just heard. A sample that is told again is the same one. */
export function withHeard(history: History, skews: readonly MemberSkew[], now: number): History {
  const told = new Map(skews.map(({ member, skew }) => [member, skew]))
  const grown = new Map<number, readonly Sample[]>()
  for (const member of new Set([...history.keys(), ...told.keys()])) {
    const kept = (history.get(member) ?? []).filter(({ atMs }) => now - atMs <= KEPT_MS)
    const skew = told.get(member) ?? null
    const isNew = skew !== null && skew.at_ms > (kept.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY)
    const samples = isNew
      ? [...kept, { atMs: skew.at_ms, meanMs: skew.mean_ms, mostlyMs: skew.p95_ms }]
      : kept
    if (samples.length > 0) grown.set(member, samples)
  }
  return grown
}
