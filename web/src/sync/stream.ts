// A film's stream in the <video> element: by the browser itself where it can do all that is asked of it (Safari), else
// by hls.js, which is fetched only then. A stream may grow while it is watched.
import type Hls from 'hls.js'
import type { Failure } from './projector'

/** A sound track of a film. */
export interface Sound {
  id: number
  name: string
  language: string | null
}

export interface StreamListener {
  sounds(sounds: readonly Sound[], chosen: number | null): void
  /** It does not go on; `url` is the piece that could not be had. */
  failed(why: Failure, url?: string): void
}

/** Safari's; others have no such list, or no way to choose from it. */
interface NativeSounds
  extends EventTarget, ArrayLike<{ enabled: boolean; label: string; language: string }> {}

const TYPE = 'application/vnd.apple.mpegurl'
/** What was watched and stays in memory, for going back a little. */
const BEHIND_SECONDS = 90

export class Stream {
  #video: HTMLVideoElement
  #listener: StreamListener
  #hls: Hls | null = null
  #ends = new AbortController()
  #growing = true
  #madeMs = 0
  #recovered = false

  constructor(video: HTMLVideoElement, url: string, listener: StreamListener) {
    this.#video = video
    this.#listener = listener
    const sounds = nativeSounds(video)
    if (sounds !== null && video.canPlayType(TYPE) !== '') this.#openNative(url, sounds)
    else void this.#open(url)
  }

  /** Until where it is made, as far as we know; all of it when it is whole. */
  get madeMs(): number {
    if (this.#hls !== null) return this.#growing ? this.#madeMs : Number.POSITIVE_INFINITY
    const { seekable, duration } = this.#video
    if (Number.isFinite(duration)) return Number.POSITIVE_INFINITY
    return seekable.length === 0 ? 0 : seekable.end(seekable.length - 1) * 1_000
  }

  get growing(): boolean {
    return this.madeMs !== Number.POSITIVE_INFINITY
  }

  /** Asks now how much there is, instead of when it is due. */
  look(): void {
    if (this.#hls === null || !this.#growing) return
    this.#hls.stopLoad()
    this.#hls.startLoad(-1)
  }

  choose(id: number): void {
    if (this.#hls !== null) this.#hls.audioTrack = id
    const sounds = nativeSounds(this.#video)
    if (this.#hls !== null || sounds === null) return
    for (const [index, sound] of Array.from(sounds).entries()) sound.enabled = index === id
  }

  end(): void {
    this.#ends.abort()
    this.#hls?.destroy()
    this.#hls = null
  }

  async #open(url: string): Promise<void> {
    let module: typeof import('hls.js')
    try {
      module = await import('hls.js')
    } catch {
      if (!this.#ends.signal.aborted) this.#listener.failed('cutOff')
      return
    }
    const { default: Hls, Events } = module
    if (this.#ends.signal.aborted) return
    if (!Hls.isSupported()) return this.#listener.failed('unplayable')
    // No worker: it would be made of text, which our rules for scripts forbid; and there is nothing to repack.
    const hls = new Hls({ enableWorker: false, startPosition: 0, backBufferLength: BEHIND_SECONDS })
    this.#hls = hls
    hls.on(Events.LEVEL_UPDATED, (_event, { details }) => {
      // What only ever shows the last minutes has no place in it that is the same for everybody.
      if (details.live && details.type !== 'EVENT') return this.#listener.failed('live')
      this.#growing = details.live
      this.#madeMs = details.edge * 1_000
    })
    const tellSounds = () => {
      const sounds = hls.audioTracks.map(({ name, lang }, id) => ({ id, name, language: lang ?? null }))
      this.#listener.sounds(sounds, hls.audioTrack < 0 ? null : hls.audioTrack)
    }
    hls.on(Events.AUDIO_TRACKS_UPDATED, tellSounds)
    hls.on(Events.AUDIO_TRACK_SWITCHED, tellSounds)
    hls.on(Events.ERROR, (_event, { fatal, type, details, frag, response, url: asked }) => {
      if (!fatal) return
      if (type === module.ErrorTypes.MEDIA_ERROR && !this.#recovered) {
        this.#recovered = true
        hls.recoverMediaError()
      } else {
        // What came as the playlist is none.
        const isNone = details === module.ErrorDetails.MANIFEST_PARSING_ERROR
        const cutOff = type === module.ErrorTypes.NETWORK_ERROR && !isNone
        this.#listener.failed(cutOff ? 'cutOff' : 'unplayable', response?.url || asked || frag?.url)
      }
    })
    hls.attachMedia(this.#video)
    hls.loadSource(url)
  }

  #openNative(url: string, sounds: NativeSounds): void {
    const { signal } = this.#ends
    const tellSounds = () => {
      const all = Array.from(sounds)
      const chosen = all.findIndex(({ enabled }) => enabled)
      const list = all.map(({ label, language }, id) => ({ id, name: label || language, language }))
      this.#listener.sounds(list, chosen < 0 ? null : chosen)
    }
    for (const event of ['addtrack', 'removetrack', 'change'])
      sounds.addEventListener(event, tellSounds, { signal })
    this.#video.src = url
    this.#video.load()
  }
}

function nativeSounds(video: HTMLVideoElement): NativeSounds | null {
  return 'audioTracks' in video ? (video.audioTracks as NativeSounds) : null
}
