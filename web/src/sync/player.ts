// The projector as the controller sees it: reports where it stands, does what a `Move` says, and deals with
// browsers that let nothing sound or play before a tap. It never turns an event of the element into a command:
// people command by the page's own controls only.
import type { FilmKind } from '../protocol'
import type { Move, Report } from './controller'
import type { Failure, Projector } from './projector'
import { Stream, type Sound } from './stream'
import { YouTube } from './youtube'

/** What the browser withholds until somebody taps. */
export type Blocked = 'sound' | 'play' | null

/** What to put on. */
export interface Source {
  url: string
  kind: FilmKind
}

export interface PlayerListener {
  /** The element's state has changed: ask the controller again now. */
  changed(): void
  blocked(how: Blocked): void
  /** It does not go on; `url` is what could not be had, where that is not the film's own. */
  failed(why: Failure, url?: string): void
  /** The sound tracks there are to choose from, and which is heard. */
  sounds(sounds: readonly Sound[], chosen: number | null): void
}

/** A picture older than this says nothing about the position now. */
const FRAME_MS_MAX = 250
/** A position that is off by so much between one report and the next, on average, comes from a clock in coarse steps. */
const COARSE_MS = 9
/** How much the newest report counts in that; and how long a start or a seek is left out of it. */
const COARSE_SHARE = 0.03
const UNSETTLED_MS = 500
/**
 * How far a rate may be from 1 with the pitch going along. To keep the pitch, Chromium cuts the sound into pieces: its
 * clock then stumbles by 20 ms, which is heard, when that begins, and jitters by some ms as long as it lasts.
 */
const PITCH_LET_GO = 0.06
const EVENTS = ['seeked', 'canplay', 'playing', 'waiting', 'loadedmetadata', 'pause', 'ended'] as const

export class Player {
  readonly video: HTMLVideoElement
  #projector: Projector
  #listener: PlayerListener
  #blocked: Blocked = null
  #frame: { mediaMs: number; shownAt: number } | null = null
  /** The newest report of a film under way, and how far off reports are on average. */
  #last: { positionMs: number; at: number } | null = null
  #offMs = 0
  #settledAt = 0
  #coarse = false
  #stream: Stream | null = null
  #youtube: YouTube | null = null
  #ends = new AbortController()

  constructor(video: HTMLVideoElement, listener: PlayerListener) {
    this.video = video
    this.#projector = video
    this.#listener = listener
    const { signal } = this.#ends
    this.#mind(video)
    // A stream tells of its own troubles, once it cannot help itself.
    const failed = () => {
      const cutOff = video.error?.code === MediaError.MEDIA_ERR_NETWORK
      if (this.#byItself()) listener.failed(cutOff ? 'cutOff' : 'unplayable')
    }
    video.addEventListener('error', failed, { signal })
  }

  /** Puts on what is at this address, or nothing. */
  load(source: Source | null): void {
    this.#frame = null
    this.#last = null
    this.#stream?.end()
    this.#stream = null
    this.#youtube?.end()
    this.#youtube = null
    this.#listener.sounds([], null)
    if (source?.kind === 'file') this.video.src = source.url
    else this.video.removeAttribute('src')
    this.video.load()
    if (source?.kind === 'hls') this.#stream = new Stream(this.video, source.url, this.#listener)
    if (source?.kind === 'youtube') this.#youtube = new YouTube(this.video, source.url)
    // What the browser withholds from one it withholds from the next.
    const { volume, muted } = this.#projector
    this.#projector = this.#youtube ?? this.video
    this.#projector.volume = volume
    this.#projector.muted = muted
    if (this.#youtube !== null) this.#mind(this.#youtube)
  }

  /** Until where the film is there to be fetched. */
  get madeMs(): number {
    return this.#stream?.madeMs ?? Number.POSITIVE_INFINITY
  }

  /** Asks now whether more of it is there. */
  lookForMore(): void {
    this.#stream?.look()
  }

  chooseSound(id: number): void {
    this.#stream?.choose(id)
  }

  report(): Report {
    const projector = this.#projector
    return {
      positionMs: this.#positionMs(),
      paused: projector.paused,
      seeking: projector.seeking,
      ended: projector.ended,
      ready: projector.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA,
      // What grows is as long as it is by now.
      durationMs:
        Number.isFinite(projector.duration) && projector.duration > 0 && this.#stream?.growing !== true
          ? projector.duration * 1_000
          : null,
      rate: projector.playbackRate,
    }
  }

  apply(move: Move): void {
    const projector = this.#projector
    if (move.play === false) projector.pause()
    if (move.seekToMs !== undefined && projector.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.#frame = null
      projector.currentTime = move.seekToMs / 1_000
    }
    if (move.rate !== undefined) {
      this.video.preservesPitch = Math.abs(move.rate - 1) > PITCH_LET_GO
      projector.playbackRate = move.rate
      this.#last = null
    }
    if (move.play === true) void this.#play()
  }

  /** How loud it is; what the browser wants silent stays silent. */
  setVolume(volume: number, muted: boolean): void {
    this.#projector.volume = volume
    this.#projector.muted = muted || this.#blocked === 'sound'
  }

  /** Somebody tapped: now the browser lets it play and sound. */
  async tapped(muted: boolean): Promise<void> {
    const wasBlocked = this.#blocked
    this.#setBlocked(null)
    this.#projector.muted = muted
    if (wasBlocked === 'play') await this.#play()
    this.#listener.changed()
  }

  /** Whether the film's head is here. A stream that was recorded live has no length in it, and plays all the same. */
  get loaded(): boolean {
    return this.#projector.readyState >= HTMLMediaElement.HAVE_METADATA
  }

  /** Until where the bytes are here, from the position on. */
  get bufferedMs(): number {
    const { buffered, currentTime } = this.#projector
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= currentTime + 0.1 && buffered.end(i) >= currentTime)
        return buffered.end(i) * 1_000
    }
    return currentTime * 1_000
  }

  end(): void {
    this.#ends.abort()
    this.#stream?.end()
    this.#youtube?.end()
    this.video.pause()
  }

  #mind(projector: Projector): void {
    const { signal } = this.#ends
    for (const event of EVENTS) projector.addEventListener(event, () => this.#listener.changed(), { signal })
    if (projector instanceof YouTube)
      projector.addEventListener('error', () => this.#listener.failed(projector.failure), { signal })
  }

  /** Whether the element itself fetches what it plays. */
  #byItself(): boolean {
    return this.#stream === null || !this.video.src.startsWith('blob:')
  }

  async #play(): Promise<void> {
    if (this.#blocked === 'play') return
    if (await this.#starts()) return
    this.#projector.muted = true
    this.#setBlocked((await this.#starts()) ? 'sound' : 'play')
  }

  /** Whether the browser lets it play; another trouble than its rules is not ours to solve. */
  async #starts(): Promise<boolean> {
    try {
      await this.#projector.play()
      return true
    } catch (error) {
      return !(error instanceof DOMException && error.name === 'NotAllowedError')
    }
  }

  #setBlocked(how: Blocked): void {
    if (this.#blocked === how) return
    this.#blocked = how
    this.#listener.blocked(how)
  }

  /** Where it stands. Some browsers move `currentTime` in steps of some 40 ms; then the picture shown tells better. */
  #positionMs(): number {
    const projector = this.#projector
    const positionMs = projector.currentTime * 1_000
    const now = performance.now()
    if (projector.paused || projector.seeking || projector.readyState < HTMLMediaElement.HAVE_FUTURE_DATA) {
      this.#last = null
      this.#settledAt = now + UNSETTLED_MS
      return positionMs
    }
    if (now > this.#settledAt) this.#learnSteps(positionMs, now)
    const frame = this.#frame
    if (!this.#coarse || frame === null || now - frame.shownAt > FRAME_MS_MAX) return positionMs
    return frame.mediaMs + (now - frame.shownAt) * projector.playbackRate
  }

  /** Takes in how far a report is from what the one before let expect. */
  #learnSteps(positionMs: number, now: number): void {
    const last = this.#last
    this.#last = { positionMs, at: now }
    if (last === null || this.#coarse || this.#youtube !== null) return
    const rate = this.video.playbackRate
    const offMs = Math.abs((positionMs - last.positionMs) / rate - (now - last.at))
    this.#offMs += (Math.min(offMs, 2 * COARSE_MS) - this.#offMs) * COARSE_SHARE
    this.#coarse = this.#offMs > COARSE_MS
    if (this.#coarse) this.#watchFrames()
  }

  #watchFrames(): void {
    if (!('requestVideoFrameCallback' in this.video)) return
    const shown: VideoFrameRequestCallback = (_now, { mediaTime, expectedDisplayTime }) => {
      this.#frame = { mediaMs: mediaTime * 1_000, shownAt: expectedDisplayTime }
      if (!this.#ends.signal.aborted) this.video.requestVideoFrameCallback(shown)
    }
    this.video.requestVideoFrameCallback(shown)
  }
}
