// The <video> element as the controller sees it: reports where it stands, does what a `Move` says, and deals with
// browsers that let nothing sound or play before a tap. It never turns an event of the element into a command:
// people command by the page's own controls only.
import type { Move, Report } from './controller'
import { Stream, type Sound } from './stream'

/** What the browser withholds until somebody taps. */
export type Blocked = 'sound' | 'play' | null

/** What to put on: a file, or a stream. */
export interface Source {
  url: string
  stream: boolean
}

export interface PlayerListener {
  /** The element's state has changed: ask the controller again now. */
  changed(): void
  blocked(how: Blocked): void
  failed(code: number): void
  /** The sound tracks there are to choose from, and which is heard. */
  sounds(sounds: readonly Sound[], chosen: number | null): void
}

/** A picture older than this says nothing about the position now. */
const FRAME_MS_MAX = 250
/** A position that stands still this long while playing comes from a coarse clock. */
const COARSE_MS = 30
const EVENTS = ['seeked', 'canplay', 'playing', 'waiting', 'loadedmetadata', 'pause', 'ended'] as const

export class Player {
  readonly video: HTMLVideoElement
  #listener: PlayerListener
  #blocked: Blocked = null
  #frame: { mediaMs: number; shownAt: number } | null = null
  #last = { positionMs: 0, at: 0 }
  #coarse = false
  #stream: Stream | null = null
  #ends = new AbortController()

  constructor(video: HTMLVideoElement, listener: PlayerListener) {
    this.video = video
    this.#listener = listener
    video.preservesPitch = true
    const { signal } = this.#ends
    for (const event of EVENTS) video.addEventListener(event, () => listener.changed(), { signal })
    // A stream tells of its own troubles, once it cannot help itself.
    video.addEventListener('error', () => this.#byItself() && listener.failed(video.error?.code ?? 0), {
      signal,
    })
    this.#watchFrames()
  }

  /** Puts on what is at this address, or nothing. */
  load(source: Source | null): void {
    this.#frame = null
    this.#coarse = false
    this.#stream?.end()
    this.#stream = null
    this.#listener.sounds([], null)
    if (source === null || source.stream) this.video.removeAttribute('src')
    else this.video.src = source.url
    this.video.load()
    if (source?.stream === true) this.#stream = new Stream(this.video, source.url, this.#listener)
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
    const { video } = this
    return {
      positionMs: this.#positionMs(),
      paused: video.paused,
      seeking: video.seeking,
      ready: video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA,
      // What grows is as long as it is by now.
      durationMs:
        Number.isFinite(video.duration) && video.duration > 0 && this.#stream?.growing !== true
          ? video.duration * 1_000
          : null,
      rate: video.playbackRate,
    }
  }

  apply(move: Move): void {
    const { video } = this
    if (move.play === false) video.pause()
    if (move.seekToMs !== undefined && video.readyState >= HTMLMediaElement.HAVE_METADATA) {
      this.#frame = null
      video.currentTime = move.seekToMs / 1_000
    }
    if (move.rate !== undefined) video.playbackRate = move.rate
    if (move.play === true) void this.#play()
  }

  /** Somebody tapped: now the browser lets it play and sound. */
  async tapped(muted: boolean): Promise<void> {
    const wasBlocked = this.#blocked
    this.#setBlocked(null)
    this.video.muted = muted
    if (wasBlocked === 'play') await this.#play()
    this.#listener.changed()
  }

  /** Whether the film's head is here. A stream that was recorded live has no length in it, and plays all the same. */
  get loaded(): boolean {
    return this.video.readyState >= HTMLMediaElement.HAVE_METADATA
  }

  /** Until where the bytes are here, from the position on. */
  get bufferedMs(): number {
    const { buffered, currentTime } = this.video
    for (let i = 0; i < buffered.length; i++) {
      if (buffered.start(i) <= currentTime + 0.1 && buffered.end(i) >= currentTime)
        return buffered.end(i) * 1_000
    }
    return currentTime * 1_000
  }

  end(): void {
    this.#ends.abort()
    this.#stream?.end()
    this.video.pause()
  }

  /** Whether the element itself fetches what it plays. */
  #byItself(): boolean {
    return this.#stream === null || !this.video.src.startsWith('blob:')
  }

  async #play(): Promise<void> {
    if (this.#blocked === 'play') return
    if (await this.#starts()) return
    this.video.muted = true
    this.#setBlocked((await this.#starts()) ? 'sound' : 'play')
  }

  /** Whether the browser lets it play; another trouble than its rules is not ours to solve. */
  async #starts(): Promise<boolean> {
    try {
      await this.video.play()
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
    const { video } = this
    const positionMs = video.currentTime * 1_000
    const now = performance.now()
    if (video.paused || video.seeking) {
      this.#last = { positionMs, at: now }
      return positionMs
    }
    if (positionMs !== this.#last.positionMs) this.#last = { positionMs, at: now }
    else if (now - this.#last.at > COARSE_MS && video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA) {
      this.#coarse = true
    }
    const frame = this.#frame
    if (!this.#coarse || frame === null || now - frame.shownAt > FRAME_MS_MAX) return positionMs
    return frame.mediaMs + (now - frame.shownAt) * video.playbackRate
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
