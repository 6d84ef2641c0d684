// Keeps the player where the room is: asks the controller every few hundredths of a second, carries out its moves,
// and tells the page and the server how it goes.
import { isOurs, probe } from '../api'
import type { Film, Playback, Stream } from '../protocol'
import { rememberedSound, rememberedVolume, rememberSound, rememberVolume } from '../remembered'
import { Controller, endOf, positionAt, type Report } from '../sync/controller'
import { Player, type Blocked, type Source } from '../sync/player'
import type { Failure } from '../sync/projector'
import { COARSE, FINE } from '../sync/reins'
import { Skews } from '../sync/skews'
import type { Sound } from '../sync/stream'
import type { Alone } from './alone.svelte'
import type { Session } from './session.svelte'
import { passes, troubleOf, type FilmTrouble } from './trouble'

const TICK_MS = 50
/** How often the page's numbers are renewed. */
const SHOWN_EVERY_MS = 200
const RETRY_FILM_MS = 3_000
/** How near the end of what is made the room may come before we wait, and how far from it it must be to go on. */
const MADE_AHEAD_MS = 200
const MADE_AGAIN_MS = 2_000
/** A film that stands still until our player has bytes goes on with so much of it here. */
const ENOUGH_MS = 1_500
/** What is buffered up to a film's end may be so much shorter than the film says it is. */
const END_MS = 250
/** How often is asked whether more is made, while somebody waits for it. */
const LOOK_EVERY_MS = 1_500
/** A player that is further behind what we watch on our own is where we are. */
const BEHIND_MS = 250

export class Follower {
  /** Where what we follow is, for the page: the room, or we ourselves. */
  positionMs = $state(0)
  durationMs = $state<number | null>(null)
  bufferedMs = $state(0)
  /** How far the others are ahead while we watch on our own. */
  othersAheadMs = $state<number | null>(null)
  skewMs = $state<number | null>(null)
  roundTripMs = $state<number | null>(null)
  blocked = $state<Blocked>(null)
  /** Our player has nothing to show yet, or has run dry. */
  waiting = $state(false)
  /** A change is known and begins in a moment. */
  coming = $state(false)
  /** The room is where the film's stream is not made yet. */
  beyond = $state(false)
  sounds = $state.raw<readonly Sound[]>([])
  sound = $state<number | null>(null)
  trouble = $state<FilmTrouble | null>(null)
  volume = $state(1)
  muted = $state(false)

  #session: Session
  #alone: Alone
  #player: Player
  #reins = FINE
  #controller = new Controller(FINE)
  #skews = new Skews()
  #timer: ReturnType<typeof setTimeout> | undefined
  #retry: ReturnType<typeof setTimeout> | undefined
  #filmUrl: string | null = null
  #source: Source | null = null
  #lookedAt = 0
  #followed: Playback | null = null
  #tickedAt = 0
  #told: string | null = null
  /** The playback whose end we have told. */
  #ended = -1
  #dryAt: number | null = null
  #shownAt = 0
  #ticking = false

  constructor(session: Session, alone: Alone, video: HTMLVideoElement) {
    this.#session = session
    this.#alone = alone
    const { volume, muted } = rememberedVolume()
    this.#player = new Player(video, {
      changed: () => this.#tick(),
      blocked: (how) => {
        this.blocked = how
      },
      failed: (why, url) => void this.#failed(why, url),
      sounds: (sounds, chosen) => this.#heardOf(sounds, chosen),
    })
    this.setVolume(volume, muted)
    this.#tick()
  }

  get video(): HTMLVideoElement {
    return this.#player.video
  }

  /** Where our own picture is: what is shown with it goes by this, not by where the room is. */
  get pictureMs(): number {
    return this.#player.report().positionMs
  }

  /** Whether the film is at its end. */
  get over(): boolean {
    return this.durationMs !== null && this.durationMs > 0 && this.positionMs >= this.durationMs - 1
  }

  /** Volume and silence are ours alone. */
  setVolume(volume: number, muted: boolean): void {
    this.volume = volume
    this.muted = muted
    this.#player.setVolume(volume, muted)
    rememberVolume(volume, muted)
  }

  /** Which sound track is heard is ours alone, too. */
  chooseSound(id: number): void {
    const sound = this.sounds.find((it) => it.id === id)
    if (sound === undefined) return
    rememberSound(sound.language, sound.name)
    this.sound = id
    this.#player.chooseSound(id)
  }

  /** A tap: the browser lets us sound and play from now on. */
  tapped(): void {
    void this.#player.tapped(this.muted)
  }

  /** Loads the film once more. */
  reload(): void {
    clearTimeout(this.#retry)
    this.trouble = null
    this.#load(this.#source)
    this.#tick()
  }

  end(): void {
    clearTimeout(this.#timer)
    clearTimeout(this.#retry)
    // What is still asked about a film that failed is about nothing any more.
    this.#source = null
    this.#ticking = true
    this.#player.end()
  }

  #tick(): void {
    // The element tells of changes that our own moves make: they are seen at the next tick.
    if (this.#ticking) return
    this.#ticking = true
    clearTimeout(this.#timer)
    let againInMs = TICK_MS
    try {
      againInMs = this.#follow()
    } finally {
      // What goes wrong once must not leave the player without a hand.
      this.#timer = setTimeout(() => this.#tick(), Math.min(Math.max(againInMs, 1), TICK_MS))
      this.#ticking = false
    }
  }

  #follow(): number {
    const { stream, asking } = this.#session
    if (!asking.clock.ready) return TICK_MS
    const now = asking.now()
    this.#waitForOurs(now)
    const playback = this.#alone.followed(now)
    this.#change(playback, stream, now)
    this.coming = playback.film !== null && now < playback.at_ms
    const report = this.#player.report()
    this.#tellSkew(now, report)
    this.#show(playback, now, report.durationMs)
    if (this.trouble !== null || (playback.film !== null && this.#source === null)) {
      this.#tellStalled(false)
      return TICK_MS
    }
    this.#tellLength(playback, report.durationMs)
    this.#tellEnded(playback, report)
    const running = !playback.paused && now >= playback.at_ms && !this.over && !report.ended
    const wanted = playback.film !== null && this.blocked !== 'play'
    this.#tellStalled(wanted && (running ? !report.ready : this.#lacks(report)))
    if (this.#isBeyond(positionAt(playback, now))) {
      this.#tellStalled(false)
      this.#player.apply({ play: false })
      return TICK_MS
    }
    // Before the film's head is here, or the browser allows it, there is nothing to move.
    if (this.blocked === 'play' || (playback.film !== null && !this.#player.loaded)) return TICK_MS
    const move = this.#controller.decide(now, report)
    this.#player.apply(move)
    return move.againInMs ?? TICK_MS
  }

  #change(playback: Playback, stream: Stream | null, now: number): void {
    const url = playback.film?.url ?? null
    const source = sourceOf(playback.film, stream)
    if (url !== this.#filmUrl || source?.url !== this.#source?.url) {
      if (url !== this.#filmUrl) this.durationMs = null
      this.#filmUrl = url
      this.trouble = null
      clearTimeout(this.#retry)
      this.#load(source)
    }
    if (this.#followed === playback) return
    this.#followed = playback
    this.#controller.follow(playback, now)
    this.#shownAt = 0
  }

  #show(playback: Playback, now: number, durationMs: number | null): void {
    const local = performance.now()
    if (local - this.#shownAt < SHOWN_EVERY_MS) return
    this.#shownAt = local
    const endMs = endOf(playback, durationMs)
    this.durationMs = Number.isFinite(endMs) ? endMs : null
    this.positionMs = Math.min(positionAt(playback, now), endMs)
    this.bufferedMs = this.#player.bufferedMs
    this.othersAheadMs = this.#alone.othersAheadMs(now)
    this.skewMs = this.#alone.on ? null : this.#controller.skewMs(now, this.#player.report())
    this.roundTripMs = this.#session.asking.clock.roundTripMs
  }

  /** Puts something on, and begins to follow anew. */
  #load(source: Source | null): void {
    this.#source = source
    this.beyond = false
    this.#player.load(source)
    this.#followed = null
    const reins = source?.kind === 'youtube' ? COARSE : FINE
    this.#controller = new Controller(reins, reins === this.#reins ? this.#controller.habits : undefined)
    this.#reins = reins
  }

  /** Whether the room is where nothing is made yet; the player waits there. */
  #isBeyond(positionMs: number): boolean {
    const leftMs = this.#player.madeMs - positionMs
    this.beyond = this.#player.loaded && leftMs < (this.beyond ? MADE_AGAIN_MS : MADE_AHEAD_MS)
    const now = performance.now()
    if (this.beyond && now - this.#lookedAt > LOOK_EVERY_MS) {
      this.#lookedAt = now
      this.#player.lookForMore()
    }
    return this.beyond
  }

  /** Takes the sound track that this person chose last, if there is one like it. */
  #heardOf(sounds: readonly Sound[], chosen: number | null): void {
    const isNew = sounds.length !== this.sounds.length
    this.sounds = sounds
    this.sound = chosen
    const wanted = rememberedSound()
    if (!isNew || wanted === null) return
    const alike = sounds.filter(({ language }) => (language ?? '') === wanted.language)
    const found = alike.find(({ name }) => name === wanted.name) ?? alike[0]
    if (found !== undefined && found.id !== chosen) {
      this.sound = found.id
      this.#player.chooseSound(found.id)
    }
  }

  #tellLength({ film }: Playback, durationMs: number | null): void {
    if (film === null || film.duration_ms !== null || durationMs === null) return
    if (!this.#session.mayControl || this.#told === film.id) return
    this.#told = film.id
    this.#session.telling.length(film.id, durationMs)
  }

  /** The server knows by itself when a film is over whose length it knows. */
  #tellEnded({ film, revision }: Playback, { durationMs, ended }: Report): void {
    if (film === null || film.duration_ms !== null || durationMs !== null) return
    if (!this.#session.mayControl || !ended || this.#ended === revision) return
    this.#ended = revision
    this.#session.telling.ended(film.id)
  }

  /** Whether a player that had run dry, or that the room waits for, has too little to go on; the room stands still. */
  #lacks(report: Report): boolean {
    if (this.over || (!this.waiting && !this.#session.waitedFor)) return false
    const leftMs = (report.durationMs ?? Number.POSITIVE_INFINITY) - report.positionMs
    return !report.ready || this.#aheadMs(report) < Math.min(ENOUGH_MS, leftMs - END_MS)
  }

  #aheadMs({ positionMs }: Report): number {
    return this.#player.bufferedMs - positionMs
  }

  /** On our own, or while nothing of ours moves, there is nothing to be off from. */
  #tellSkew(now: number, report: Report): void {
    const measures = !this.#alone.on && this.trouble === null && this.blocked !== 'play' && report.ready
    const skewMs = measures ? this.#controller.skewMs(now, report) : null
    const told = this.#skews.add(skewMs, performance.now())
    if (told !== null) this.#session.telling.skew(told)
  }

  #tellStalled(dry: boolean): void {
    if (!dry) this.#dryAt = null
    else this.#dryAt ??= performance.now()
    const stalled = this.#dryAt !== null && performance.now() - this.#dryAt > this.#reins.stallMs
    this.waiting = stalled
    this.#session.telling.stalled(stalled && !this.#alone.on, this.#aheadMs(this.#player.report()))
  }

  /** On our own there is nobody to catch up with: what we watch waits for our player. */
  #waitForOurs(now: number): void {
    const before = this.#tickedAt
    this.#tickedAt = now
    const { playback } = this.#alone
    if (playback === null || playback.paused || now < playback.at_ms || this.over) return
    const report = this.#player.report()
    const held = this.blocked === 'play' || this.trouble !== null || this.beyond || !this.#player.loaded
    const behindMs = positionAt(playback, now) - report.positionMs
    if (held || report.seeking) this.#alone.hold(positionAt(playback, before), now)
    else if (!report.paused && behindMs > BEHIND_MS) this.#alone.hold(report.positionMs, now)
  }

  async #failed(why: Failure, url?: string): Promise<void> {
    const source = this.#source
    if (source === null) return
    const at = new URL(url ?? source.url, location.href)
    const asks = why === 'cutOff' || why === 'unplayable'
    const found = asks ? await probe(at.href) : 'there'
    if (source !== this.#source) return
    const mixed = location.protocol === 'https:' && at.protocol === 'http:'
    this.trouble = troubleOf(why, found, { kind: source.kind, ours: isOurs(at.href), mixed })
    this.#tellStalled(false)
    if (passes(this.trouble)) this.#retry = setTimeout(() => this.reload(), RETRY_FILM_MS)
  }
}

/** What to play of a film; nothing while its stream is not there. */
function sourceOf(film: Film | null, stream: Stream | null): Source | null {
  if (film === null) return null
  switch (stream?.state) {
    case 'ready':
      return { url: stream.url, kind: 'hls' }
    case 'making':
      return stream.url === null ? null : { url: stream.url, kind: 'hls' }
    case 'looking':
    case 'waiting':
      return null
    default:
      return { url: film.url, kind: film.kind }
  }
}
