// Where this browser wants to go on in a film: told to the server while the film moves here and when it stops, asked of
// it when a film is on that has not begun.
import { untrack } from 'svelte'
import { lookUpSpot, tellSpot } from '../api'
import type { Alone } from './alone.svelte'
import type { Follower } from './follower.svelte'
import type { Session } from './session.svelte'

/** How often a place is told while the film moves. */
const TELL_EVERY_MS = 15_000
/** Who has watched for less has only had a look, and keeps the place of before. */
const LOOK_MS = 10_000
/** A film that stands before this has not begun. */
const BEGUN_MS = 30_000
/** Places nearer than this are the same. */
const SAME_MS = 1_000

export class Spots {
  /** Where to go on in the film that is on; null where there is nothing to offer. */
  offered = $state<number | null>(null)

  #session: Session
  #alone: Alone
  #follower: () => Follower | null
  /** The film that moves here now, or null. */
  #moving = $derived.by(() => {
    const follower = this.#follower()
    const { film, paused } = this.#alone.playback ?? this.#session.playback
    const watched =
      !paused &&
      follower !== null &&
      follower.blocked !== 'play' &&
      follower.trouble === null &&
      !follower.over
    return watched ? (film?.id ?? null) : null
  })
  /** The film that is on and has begun neither for all nor for us, or null. */
  #fresh = $derived.by(() => {
    const { playback, connected } = this.#session
    const goes = !playback.paused || playback.waits_for_film === true
    const begun = goes || playback.position_ms >= BEGUN_MS || this.#alone.on
    return begun || !connected ? null : (playback.film?.id ?? null)
  })
  /** The film that moved here last, and since when. */
  #moved: { film: string; since: number } | null = null
  #told: { film: string; positionMs: number } | null = null
  #dismissed: string | null = null
  #timer: ReturnType<typeof setInterval> | undefined
  #ends = new AbortController()

  constructor(session: Session, alone: Alone, follower: () => Follower | null) {
    this.#session = session
    this.#alone = alone
    this.#follower = follower
    $effect(() => {
      const film = this.#moving
      untrack(() => this.#moves(film))
    })
    $effect(() => {
      const film = this.#fresh
      untrack(() => void this.#look(film))
    })
    const { signal } = this.#ends
    addEventListener('pagehide', () => this.#tell(BEGUN_MS), { signal })
    document.addEventListener('visibilitychange', () => document.hidden && this.#tell(BEGUN_MS), { signal })
  }

  /** Nothing is offered of this film any more. */
  dismiss(): void {
    this.#dismissed = this.#fresh
    this.offered = null
  }

  end(): void {
    this.#tell(BEGUN_MS)
    clearInterval(this.#timer)
    this.#ends.abort()
  }

  #moves(film: string | null): void {
    clearInterval(this.#timer)
    if (film === null) return this.#tell(BEGUN_MS)
    if (this.#moved?.film !== film) this.#moved = { film, since: performance.now() }
    this.#timer = setInterval(() => this.#tell(0), TELL_EVERY_MS)
  }

  /** Tells where we are, unless that is before `leastMs` or nobody has watched here. */
  #tell(leastMs: number): void {
    const follower = this.#follower()
    const moved = this.#moved
    if (follower === null || moved === null || this.#session.playback.film?.id !== moved.film) return
    const { positionMs, durationMs } = follower
    if (performance.now() - moved.since < LOOK_MS || positionMs < leastMs) return
    const told = this.#told
    if (told?.film === moved.film && Math.abs(told.positionMs - positionMs) < SAME_MS) return
    this.#told = { film: moved.film, positionMs }
    tellSpot(this.#session.code, moved.film, positionMs, durationMs)
  }

  async #look(film: string | null): Promise<void> {
    this.offered = null
    if (film === null || film === this.#dismissed) return
    const positionMs = await lookUpSpot(this.#session.code, film)
    if (this.#fresh === film) this.offered = positionMs
  }
}
