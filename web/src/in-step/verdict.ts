// How everybody does just now, as one would say it in a sentence. Pure.
import type { Member, MemberSkew, Playback } from '../protocol'
import { positionAt } from '../sync/controller'
import { FRESH_MS, type History } from './history'
import { FRAME_MS } from './plot'

/** A way to the server that takes longer than this is worth a word to those who wonder why somebody is late. */
const LONG_WAY_MS = 100
/** Whoever is out of step is in step again when this share of a frame is left: nobody flutters between the two. */
const BACK_IN = 0.75

/** How one person does. What is not known is null. */
export interface Standing {
  member: Member
  you: boolean
  /** Of the last seconds; behind the room it is negative. */
  offMs: number | null
  /** It was no more than this, either way, for 95 % of the time. */
  mostlyMs: number | null
  /** How long what the server says takes to reach them. */
  latencyMs: number | null
}

/** Somebody who is out of step by more than a frame, or whose player has run dry. */
export interface Off {
  member: number
  name: string
  you: boolean
  offMs: number
  why: 'link' | 'loading' | null
}

export type Verdict =
  | { kind: 'lost' | 'noFilm' | 'stands' | 'onOwn' | 'measuring' }
  /** `all`: of all these people it is known. */
  | { kind: 'together'; people: number; withinMs: number; all: boolean }
  /** `othersWithinMs`: null if nobody else is there, or one alone. */
  | { kind: 'apart'; off: Off[]; othersWithinMs: number | null }

/** Whether there is anything to be off from at `now`. */
export function moves(playback: Playback, held: boolean, now: number): boolean {
  const lengthMs = playback.film?.duration_ms ?? Number.POSITIVE_INFINITY
  return playback.film !== null && !playback.paused && !held && positionAt(playback, now) < lengthMs
}

/** How those do who can follow the film; while it moves, only what was told of late counts. */
export function standingsOf(
  room: { members: readonly Member[]; you: number; moves: boolean },
  skews: readonly MemberSkew[],
  history: History,
  now: number,
): Standing[] {
  return room.members
    .filter(({ plays }) => plays)
    .map((member) => {
      const told = skews.find((skew) => skew.member === member.id)
      const last = history.get(member.id)?.at(-1)
      const counts = told !== undefined && last !== undefined && (!room.moves || now - last.atMs <= FRESH_MS)
      return {
        member,
        you: member.id === room.you,
        offMs: counts ? last.meanMs : null,
        mostlyMs: counts ? last.mostlyMs : null,
        latencyMs: told === undefined || told.latency_ms === 0 ? null : told.latency_ms,
      }
    })
}

/** The verdict while the film moves. `before`: who was out of step until now. */
export function verdictOf(standings: readonly Standing[], before: ReadonlySet<number> = new Set()): Verdict {
  const here = standings.filter(({ member }) => !member.away && member.alone === null)
  const off = here.flatMap((standing) => offOf(standing, before) ?? [])
  const known = here.filter(
    ({ member, offMs }) => offMs !== null && off.every((other) => other.member !== member.id),
  )
  const withinMs = roundedUp(Math.max(...known.map(({ mostlyMs }) => mostlyMs ?? 0)))
  if (off.length > 0) return { kind: 'apart', off, othersWithinMs: known.length > 1 ? withinMs : null }
  if (known.length === 0) return { kind: 'measuring' }
  return { kind: 'together', people: here.length, withinMs, all: known.length === here.length }
}

function offOf({ member, you, offMs, latencyMs }: Standing, before: ReadonlySet<number>): Off | null {
  const { id, name, stalled } = member
  const isOff = Math.abs(offMs ?? 0) > (before.has(id) ? FRAME_MS * BACK_IN : FRAME_MS)
  if (!isOff && !stalled) return null
  const why = stalled ? 'loading' : (latencyMs ?? 0) > LONG_WAY_MS && (offMs ?? 0) < 0 ? 'link' : null
  return { member: id, name, you, offMs: offMs ?? 0, why }
}

/** A round figure that is no less: one to say in a sentence, and that does not change all the time. */
export function roundedUp(ms: number): number {
  const step = ms <= 10 ? 1 : ms <= 50 ? 5 : ms <= 1_000 ? 10 : 100
  return Math.max(1, Math.ceil(ms / step) * step)
}
