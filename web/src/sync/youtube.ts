// A video of YouTube: played by YouTube's own player in a frame, and driven by messages, as YouTube's script would do,
// but without that script in our page. From outside it is a projector like <video>. Nothing is fetched from YouTube
// before there is one. The frame tells where it stands a few times a second, and carries out what it is told when it
// comes to it.
import type { Failure, Projector } from './projector'

const ORIGIN = 'https://www.youtube-nocookie.com'
/** What the frame calls us in its answers. */
const NAME = 'matinee'
/** How often it is greeted until it answers, and for how long. */
const GREET_MS = 250
const SILENT_MS = 20_000
/** A seek is done when the frame has told of a place near it, or after this. */
const SEEK_MS_MAX = 5_000
/** How long after `play` a frame that does not move, on a page that nobody has touched, counts as forbidden to. */
const START_MS_MAX = 5_000
/** A frame that stands still so long although it shall play was paused by somebody else. */
const PAUSED_MS = 1_000
/** Between two tellings it goes on by itself; without any for longer than this it stands. */
const TOLD_MS_MAX = 1_500
/** It may call itself ended after it was sought back: it is only this near its end. */
const END_S = 1
const SETTINGS = {
  controls: 0,
  disablekb: 1,
  enablejsapi: 1,
  fs: 0,
  iv_load_policy: 3,
  playsinline: 1,
  rel: 0,
}
const EVENTS = ['onReady', 'onStateChange', 'onError', 'onAutoplayBlocked']
const RATES: readonly number[] = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]

/** The states of YouTube's player, as it numbers them. */
const UNSTARTED = -1
const ENDED = 0
const PLAYING = 1
const PAUSED = 2
const BUFFERING = 3
const CUED = 5

const FAILURES: Readonly<Record<number, Failure>> = {
  2: 'youtubeNone',
  5: 'youtubeBroken',
  100: 'youtubeRemoved',
  101: 'youtubeKept',
  150: 'youtubeKept',
  152: 'youtubeKept',
  153: 'youtubeNameless',
}

interface Start {
  done: () => void
  failed: (why: DOMException) => void
}

export class YouTube extends EventTarget implements Projector {
  /** Why it does not go on, when `error` has been told. */
  failure: Failure = 'youtubeBroken'
  paused = true

  #frame: HTMLIFrameElement
  #video: string
  #ends = new AbortController()
  #timers = new Set<ReturnType<typeof setTimeout>>()
  #heard = false
  #silent = false
  #ready = false
  #state = UNSTARTED
  #told = { positionS: 0, at: 0, rate: 1 }
  #durationS = Number.NaN
  #loaded = 0
  #rate = 1
  #volume = 1
  #muted = false
  #seek: { fromS: number; toS: number } | null = null
  #start: Start | null = null

  /** Puts the frame after this element. */
  constructor(after: Element, url: string) {
    super()
    this.#video = new URL(url).searchParams.get('v') ?? ''
    this.#frame = document.createElement('iframe')
    const settings = Object.entries(SETTINGS).map(([name, value]) => [name, String(value)])
    const query = new URLSearchParams([...settings, ['origin', location.origin]])
    this.#frame.src = `${ORIGIN}/embed/${encodeURIComponent(this.#video)}?${query}`
    this.#frame.title = 'YouTube'
    this.#frame.tabIndex = -1
    this.#frame.allow = 'autoplay; encrypted-media; picture-in-picture'
    // YouTube plays only for pages that it can name; which room this is, it need not know.
    this.#frame.referrerPolicy = 'strict-origin'
    const { signal } = this.#ends
    window.addEventListener('message', (event) => this.#hear(event), { signal })
    this.#frame.addEventListener('load', () => this.#greet(), { signal })
    after.after(this.#frame)
    this.#later(SILENT_MS, () => {
      this.#silent = !this.#heard
      if (this.#silent) this.#fail('youtubeSilent')
    })
  }

  get currentTime(): number {
    if (this.#seek !== null) return this.#seek.toS
    const { positionS, at, rate } = this.#told
    if (this.#state !== PLAYING) return positionS
    const movedS = (Math.min(performance.now() - at, TOLD_MS_MAX) / 1_000) * rate
    return Math.min(
      positionS + movedS,
      Number.isNaN(this.#durationS) ? Number.POSITIVE_INFINITY : this.#durationS,
    )
  }

  set currentTime(toS: number) {
    const fromS = this.currentTime
    if (this.#state === UNSTARTED || this.#state === CUED) {
      // A seek would make it play, and tell of it.
      this.#tell(toS)
      if (this.paused) this.#command('cueVideoById', { videoId: this.#video, startSeconds: toS })
      else this.#command('seekTo', toS, true)
      return
    }
    const seek = { fromS, toS }
    this.#seek = seek
    this.#command('seekTo', toS, true)
    if (this.paused) this.#command('pauseVideo')
    this.#later(SEEK_MS_MAX, () => this.#seek === seek && this.#sought())
  }

  get seeking(): boolean {
    return this.#seek !== null
  }

  get duration(): number {
    return this.#durationS
  }

  get ended(): boolean {
    const isAway = this.#seek !== null || this.currentTime < this.#durationS - END_S
    return this.#state === ENDED && !isAway
  }

  get readyState(): number {
    if (!this.#ready) return HTMLMediaElement.HAVE_NOTHING
    const waits = this.#seek !== null || this.#state === BUFFERING
    const comes = !this.paused && this.#state !== PLAYING && this.#state !== ENDED
    return waits || comes ? HTMLMediaElement.HAVE_METADATA : HTMLMediaElement.HAVE_ENOUGH_DATA
  }

  get buffered(): TimeRanges {
    const endS = this.#loaded * (this.#durationS || 0)
    return { length: endS > 0 ? 1 : 0, start: () => 0, end: () => endS }
  }

  /** As it was asked for: YouTube takes the nearest that it has. */
  get playbackRate(): number {
    return this.#rate
  }

  set playbackRate(rate: number) {
    this.#rate = rate
    const off = (it: number) => Math.abs(it - rate)
    this.#command('setPlaybackRate', RATES.toSorted((one, other) => off(one) - off(other))[0])
  }

  get volume(): number {
    return this.#volume
  }

  set volume(volume: number) {
    this.#volume = volume
    this.#command('setVolume', Math.round(volume * 100))
  }

  get muted(): boolean {
    return this.#muted
  }

  set muted(muted: boolean) {
    this.#muted = muted
    this.#command(muted ? 'mute' : 'unMute')
  }

  /** Fails only where the browser forbids it, or when it is paused before it has begun. */
  play(): Promise<void> {
    this.paused = false
    this.#start?.failed(new DOMException('Asked again', 'AbortError'))
    this.#command('playVideo')
    if (this.#state === PLAYING) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const start = { done: resolve, failed: reject }
      this.#start = start
      this.#later(START_MS_MAX, () => {
        const touched = !('userActivation' in navigator) || navigator.userActivation.hasBeenActive
        if (this.#start === start && !touched) this.#forbidden()
      })
    })
  }

  pause(): void {
    this.paused = true
    this.#command('pauseVideo')
    this.#start?.failed(new DOMException('Paused', 'AbortError'))
    this.#start = null
  }

  end(): void {
    this.pause()
    this.#ends.abort()
    for (const timer of this.#timers) clearTimeout(timer)
    this.#frame.remove()
  }

  /** Says hello until the frame answers: it listens some time after it has loaded. */
  #greet(): void {
    if (this.#heard || this.#silent) return
    this.#post({ event: 'listening' })
    this.#later(GREET_MS, () => this.#greet())
  }

  #command(func: string, ...args: unknown[]): void {
    if (this.#heard) this.#post({ event: 'command', func, args })
  }

  #post(message: object): void {
    this.#frame.contentWindow?.postMessage(
      JSON.stringify({ ...message, id: NAME, channel: 'widget' }),
      ORIGIN,
    )
  }

  #hear({ source, origin, data }: MessageEvent): void {
    if (source !== this.#frame.contentWindow || origin !== ORIGIN) return
    const message = readMessage(data)
    if (message === null) return
    if (!this.#heard) {
      this.#heard = true
      for (const event of EVENTS) this.#command('addEventListener', event)
      this.volume = this.#volume
      this.muted = this.#muted
    }
    const { event, info } = message
    if (event === 'onError') this.#fail(FAILURES[Number(info)] ?? 'youtubeBroken')
    else if (event === 'onAutoplayBlocked') this.#forbidden()
    else if (event === 'onStateChange') this.#enter(Number(info))
    else if (event === 'initialDelivery' || event === 'infoDelivery') this.#learn(info)
    if (event === 'onReady' || event === 'initialDelivery') this.#becomeReady()
  }

  #becomeReady(): void {
    if (this.#ready) return
    this.#ready = true
    this.dispatchEvent(new Event('loadedmetadata'))
  }

  /** Takes in what the frame tells of itself; it tells only what has changed. */
  #learn(info: unknown): void {
    if (typeof info !== 'object' || info === null) return
    const it = info as Record<string, unknown>
    if (isNumber(it.duration) && it.duration > 0) this.#durationS = it.duration
    if (isNumber(it.videoLoadedFraction)) this.#loaded = it.videoLoadedFraction
    if (isNumber(it.playbackRate) && it.playbackRate > 0) this.#tell(this.currentTime, it.playbackRate)
    if (isNumber(it.playerState)) this.#enter(it.playerState)
    // Before it has begun, it tells the start, wherever it will begin.
    if (!isNumber(it.currentTime) || this.#state === UNSTARTED || this.#state === CUED) return
    const measured = it['currentTimeLastUpdated_']
    const lateMs = isNumber(measured) ? Date.now() - measured * 1_000 : 0
    const seek = this.#seek
    if (seek !== null && Math.abs(it.currentTime - seek.toS) > Math.abs(it.currentTime - seek.fromS)) return
    this.#tell(it.currentTime, this.#told.rate, lateMs > 0 && lateMs < TOLD_MS_MAX ? lateMs : 0)
    if (seek !== null && this.#state !== BUFFERING) this.#sought()
  }

  #tell(positionS: number, rate = this.#told.rate, lateMs = 0): void {
    this.#told = { positionS, rate, at: performance.now() - lateMs }
  }

  #sought(): void {
    this.#seek = null
    this.dispatchEvent(new Event('seeked'))
  }

  #enter(state: number): void {
    const was = this.#state
    if (state === was) return
    if (was === PLAYING) this.#tell(this.currentTime)
    else if (state === PLAYING) this.#tell(this.#told.positionS)
    this.#state = state
    switch (state) {
      case PLAYING:
        this.#start?.done()
        this.#start = null
        // Paused meanwhile: it had begun before it heard of that.
        if (this.paused) this.#command('pauseVideo')
        this.dispatchEvent(new Event('playing'))
        return
      case PAUSED:
        this.#later(PAUSED_MS, () => this.#state === PAUSED && !this.paused && this.#stopped('pause'))
        return
      case ENDED:
        return this.#stopped('ended')
      case BUFFERING:
        this.dispatchEvent(new Event('waiting'))
    }
  }

  #stopped(how: 'pause' | 'ended'): void {
    this.paused = true
    this.dispatchEvent(new Event(how))
  }

  #forbidden(): void {
    const start = this.#start
    this.#start = null
    this.paused = true
    start?.failed(new DOMException('The browser wants a tap first', 'NotAllowedError'))
  }

  #fail(failure: Failure): void {
    this.failure = failure
    this.dispatchEvent(new Event('error'))
  }

  #later(ms: number, act: () => unknown): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      act()
    }, ms)
    this.#timers.add(timer)
  }
}

/** A message of the frame; anything may come, for other scripts of YouTube speak there too. */
function readMessage(data: unknown): { event: string; info: unknown } | null {
  if (typeof data !== 'string') return null
  try {
    const { event, info, id } = JSON.parse(data) as Record<string, unknown>
    return typeof event === 'string' && (id === NAME || id === undefined) ? { event, info } : null
  } catch {
    return null
  }
}

function isNumber(it: unknown): it is number {
  return typeof it === 'number' && Number.isFinite(it)
}
