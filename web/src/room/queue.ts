// What may be done with the queue, and where in it a film goes.
import type { Entry, Queue, Repeat, Undo } from '../protocol'

/** The ways to repeat, in the order in which they are offered. */
export const REPEATS: readonly Repeat[] = ['off', 'queue', 'film']

/** Who asks: their member id and rights. */
export interface Asker {
  you: number
  mayControl: boolean
  mayAdd: boolean
}

/** Changes of the queue itself: who may add films may take back their own ones. */
const OF_QUEUE = new Set<Undo['what']>(['added', 'moved', 'removed', 'cleared'])

export function mayRemove({ member }: Entry, { you, mayControl, mayAdd }: Asker): boolean {
  return mayControl || (mayAdd && member === you)
}

export function mayUndo({ what, member }: Undo, { you, mayControl, mayAdd }: Asker): boolean {
  return mayControl || (mayAdd && member === you && OF_QUEUE.has(what))
}

/** Before which entry one has to go to stand at another place; null is the end, and undefined: it stands there. */
export function before(
  entries: readonly Pick<Entry, 'id'>[],
  entry: number,
  place: number,
): number | null | undefined {
  const from = entries.findIndex(({ id }) => id === entry)
  const to = Math.min(Math.max(place, 0), entries.length - 1)
  if (from < 0 || from === to) return undefined
  return entries.filter(({ id }) => id !== entry)[to]?.id ?? null
}

/** What comes by itself when the film is over; null if nothing does. */
export function nextOf(
  { entries, repeat }: Queue,
  on: string | null,
): { title: string; again: boolean } | null {
  const first = entries[0]
  if (repeat !== 'film' && first !== undefined) return { title: first.title, again: false }
  return repeat === 'off' || on === null ? null : { title: on, again: true }
}

/** Whole seconds until a moment, as one counts down. */
export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.max(0, Math.ceil((atMs - nowMs) / 1_000))
}
