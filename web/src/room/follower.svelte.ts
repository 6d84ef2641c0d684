// Keeps the player where the room is: asks the controller every few hundredths of a second, carries out its moves,
// and tells the page and the server how it goes.
import { isOurs, probe } from '../api'
import type { Playback } from '../protocol'
import { rememberedVolume, rememberVolume } from '../remembered'
import { Controller, positionAt } from '../sync/controller'
import { Player, type Blocked } from '../sync/player'
import type { Session } from './session.svelte'

const TICK_MS = 50
/** A player may wait this long for bytes before anybody is told. */
const STALL_MS = 300
/** How often the page's numbers are renewed. */
const SHOWN_EVERY_MS = 200
const RETRY_FILM_MS = 3_000

/** What is wrong with the film, here. */
export type FilmTrouble = 'gone' | 'unplayable' | 'unplayableLink' | 'broken' | null

export class Follower {
  /** Where the room is, for the page. */
  positionMs = $state(0)
  durationMs = $state<number | null>(null)
  bufferedMs = $state(0)
  skewMs = $state<number | null>(null)
  roundTripMs = $state<number | null>(null)
  blocked = $state<Blocked>(null)
  /** Our player has nothing to show yet, or has run dry. */
  waiting = $state(false)
  trouble = $state<FilmTrouble>(null)
  volume = $state(1)
  muted = $state(false)

  #session: Session
  #player: Player
  #controller = new Controller()
  #timer: ReturnType<typeof setTimeout> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #filmUrl: string | null = null
  #followed: Playback | null = null
  #told: string | null = null
  #dryAt: number | null = null
  #shownAt = 0
  #ticking = false

  constructor(session: Session, video: HTMLVideoElement) {
    this.#session = session
    const { volume, muted } = rememberedVolume()
    this.#player = new Player(video, {
      changed: () => this.#tick(),
      blocked: (how) => {
        this.blocked = how
      },
      failed: () => void this.#failed(),
    })
    this.setVolume(volume, muted)
    this.#tick()
  }

  get video(): HTMLVideoElement {
    return this.#player.video
  }

  /** Whether the film is at its end. */
  get over(): boolean {
    return this.durationMs !== null && this.durationMs > 0 && this.positionMs >= this.durationMs - 1
  }

  /** Volume and silence are ours alone. */
  setVolume(volume: number, muted: boolean): void {
    this.volume = volume
    this.muted = muted
    this.video.volume = volume
    this.video.muted = muted || this.blocked === 'sound'
    rememberVolume(volume, muted)
  }

  /** A tap: the browser lets us sound and play from now on. */
  tapped(): void {
    void this.#player.tapped(this.muted)
  }

  /** Loads the film once more. */
  reload(): void {
    clearTimeout(this.#retry)
    this.trouble = null
    this.#player.load(this.#filmUrl)
    this.#followed = null
    this.#controller = new Controller()
    this.#tick()
  }

  end(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#retry)
    this.#ticking = true
    this.#player.end()
  }

  #tick(): void {
    // The element tells of changes that our own moves make: they are seen at the next tick.
    if (this.#ticking) return
    this.#ticking = true
    clearTimeout(this.#timer)
    const againInMs = this.#follow()
    this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(againInMs, 1), TICK_MS))
    this.#ticking = false
  }

  #follow(): number {
    const { playback, asking } = this.#session
    if (!asking.clock.ready) return TICK_MS
    const now = asking.now()
    this.#change(playback, now)
    const report = this.#player.report()
    this.#show(playback, now, report.durationMs)
    if (this.trouble !== null) return TICK_MS
    this.#tellLength(playback, report.durationMs)
    const running = !playback.paused && playback.film !== null && now >= playback.at_ms && !this.over
    this.#tellStalled(running && this.blocked !== 'play' && !report.ready)
    // Before the film's head is here, or the browser allows it, there is nothing to move.
    if (this.blocked === 'play' || (playback.film !== null && !this.#player.loaded)) return TICK_MS
    const move = this.#controller.decide(now, report)
    this.#player.apply(move)
    return move.againInMs ?? TICK_MS
  }

  #change(playback: Playback, now: number): void {
    if (this.#followed === playback) return
    this.#followed = playback
    const url = playback.film?.url ?? null
    if (url !== this.#filmUrl) {
      this.#filmUrl = url
      this.trouble = null
      this.durationMs = null
      clearTimeout(this.#retry)
      this.#player.load(url)
    }
    this.#controller.follow(playback, now)
    this.#shownAt = 0
  }

  #show(playback: Playback, now: number, durationMs: number | null): void {
    const local = performance.now()
    if (local - this.#shownAt < SHOWN_EVERY_MS) return
    this.#shownAt = local
    this.durationMs = durationMs ?? playback.film?.duration_ms ?? null
    this.positionMs = Math.min(positionAt(playback, now), this.durationMs ?? Number.POSITIVE_INFINITY)
    this.bufferedMs = this.#player.bufferedMs
    this.skewMs = this.#controller.skewMs(now, this.#player.report())
    this.roundTripMs = this.#session.asking.clock.roundTripMs
  }

  #tellLength({ film }: Playback, durationMs: number | null): void {
    if (film === null || film.duration_ms !== null || durationMs === null) return
    if (!this.#session.host || this.#told === film.id) return
    this.#told = film.id
    this.#session.tellLength(film.id, durationMs)
  }

  #tellStalled(dry: boolean): void {
    if (!dry) this.#dryAt = null
    else this.#dryAt ??= performance.now()
    const stalled = this.#dryAt !== null && performance.now() - this.#dryAt > STALL_MS
    this.waiting = stalled
    this.#session.tellStalled(stalled)
  }

  async #failed(): Promise<void> {
    const url = this.#filmUrl
    if (url === null) return
    const found = await probe(url)
    if (url !== this.#filmUrl) return
    if (found === 'there') {
      const cutOff = this.video.error?.code === MediaError.MEDIA_ERR_NETWORK
      this.trouble = cutOff ? 'broken' : isOurs(url) ? 'unplayable' : 'unplayableLink'
    } else this.trouble = found === 'gone' ? 'gone' : 'broken'
    this.waiting = false
    this.#session.tellStalled(false)
    if (this.trouble === 'broken') this.#retry = setTimeout(() => this.reload(), RETRY_FILM_MS)
  }
}
