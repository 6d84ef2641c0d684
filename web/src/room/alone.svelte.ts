// Watching on one's own: while the server says that we have let go, what our player follows is a playback of ours, in
// the place of the room's.
import type { Alone as Until, Playback } from '../protocol'
import { forgetOwnPlace, ownPlace, rememberOwnPlace } from '../remembered'
import { positionAt } from '../sync/controller'
import type { Session } from './session.svelte'

/** So long after a press something begins, so that the player is ready for it. */
const LEAD_MS = 150

export class Alone {
  /** What we watch on our own; null while we are in step. */
  playback = $state.raw<Playback | null>(null)

  #session: Session
  /** Where to begin once we are let go, if not where the others are. */
  #fromMs: number | null = null
  #ends = new AbortController()

  constructor(session: Session) {
    this.#session = session
    addEventListener('pagehide', () => this.#remember(), { signal: this.#ends.signal })
  }

  get on(): boolean {
    return this.playback !== null
  }

  /** Asks to be let go; from then on we watch from a position of the film, or from where the others are. */
  letGo(until: Until, fromMs: number | null = null): void {
    this.#fromMs = fromMs
    forgetOwnPlace()
    this.#session.command({ type: 'alone', alone: until })
  }

  /** Asks to be in step again. */
  comeBack(): void {
    this.#session.command({ type: 'alone', alone: null })
  }

  /** What our player follows at `now`: the room, or ourselves. */
  followed(now: number): Playback {
    const { playback: room, me } = this.#session
    if (room.film === null || (me?.alone ?? null) === null) {
      if (this.playback !== null) {
        this.playback = null
        forgetOwnPlace()
      }
      return room
    }
    if (this.playback?.film?.id !== room.film.id) this.playback = this.#begin(room, room.film.id, now)
    return this.playback ?? room
  }

  /** Where the others are, seen from us: ahead of us if more than nothing. */
  othersAheadMs(now: number): number | null {
    if (this.playback === null) return null
    return positionAt(this.#session.playback, now) - positionAt(this.playback, now)
  }

  /** Plays on; from the start at the film's end. */
  play(over: boolean): void {
    const now = this.#session.asking.now()
    this.#set(over ? 0 : this.#positionMs(now), now + LEAD_MS, { paused: false })
  }

  pause(): void {
    const now = this.#session.asking.now()
    this.#set(this.#positionMs(now), now, { paused: true })
  }

  seekTo(positionMs: number): void {
    const now = this.#session.asking.now()
    this.#set(positionMs, this.playback?.paused === true ? now : now + LEAD_MS)
  }

  setRate(rate: number): void {
    const now = this.#session.asking.now()
    this.#set(this.#positionMs(now), now, { rate })
  }

  /** Stands at a position now: our player is there, and there is nobody to catch up with. */
  hold(positionMs: number, now: number): void {
    this.#set(positionMs, now)
  }

  end(): void {
    this.#remember()
    this.#ends.abort()
  }

  #begin(room: Playback, film: string, now: number): Playback {
    const fromMs = this.#fromMs
    this.#fromMs = null
    if (fromMs !== null) return { ...room, position_ms: fromMs, at_ms: now + LEAD_MS, paused: false }
    // After a reload we go on as we were.
    const place = ownPlace(film)
    if (place !== null) return { ...room, ...place, at_ms: now + LEAD_MS }
    return { ...room, position_ms: positionAt(room, now), at_ms: now }
  }

  #set(positionMs: number, atMs: number, change: Partial<Pick<Playback, 'paused' | 'rate'>> = {}): void {
    const was = this.playback
    if (was === null) return
    this.playback = { ...was, ...change, position_ms: positionMs, at_ms: atMs, revision: was.revision + 1 }
  }

  #positionMs(now: number): number {
    return this.playback === null ? 0 : positionAt(this.playback, now)
  }

  #remember(): void {
    if (this.playback === null || this.playback.film === null) return
    const { film, paused, rate } = this.playback
    const position_ms = this.#positionMs(this.#session.asking.now())
    rememberOwnPlace(film.id, { position_ms, paused, rate })
  }
}
