// Which subtitles this viewer sees, when and how large: theirs alone, and remembered by the browser. The language holds over
// films, the delay for one film, the size always.
import {
  rememberDelay,
  rememberedDelay,
  rememberedSubtitles,
  rememberedSubtitleSize,
  rememberSubtitles,
  rememberSubtitleSize,
} from '../remembered'
import { text } from '../text'
import { choose, switchedOn } from './choice'
import { Cues, readCues } from './cues'
import { trackNames } from './names'
import type { Subtitles } from '../protocol'

export const SIZES = ['small', 'medium', 'large', 'huge'] as const
export type Size = (typeof SIZES)[number]

/** Beyond this it is another cut of the film, and no delay helps. */
const DELAY_MS_MAX = 600_000
const RETRY_MS = 3_000
const TOLD_MS = 1_500

export class SubtitleChoice {
  tracks = $state.raw<readonly Subtitles[]>([])
  track = $state.raw<Subtitles | null>(null)
  /** What the chosen track says, once it is here. */
  cues = $state.raw<Cues<VTTCue> | null>(null)
  /** How much later than written they come. */
  delayMs = $state(0)
  /** What a key has just done, for a moment. */
  told = $state<string | null>(null)
  size = $state<Size>(SIZES.find((size) => size === rememberedSubtitleSize()) ?? 'medium')

  #film: string | null = null
  /** Whom we have added and not seen in the list yet. */
  #expected: string | null = null
  /** Somebody has chosen for this film. */
  #chosen = false
  #reading: AbortController | null = null
  #url: string | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #untell: ReturnType<typeof setTimeout> | undefined

  /** Takes what tracks there are. What is shown stays, as long as it is there. */
  take(film: string | null, tracks: readonly Subtitles[]): void {
    if (film !== this.#film) {
      this.#film = film
      this.#chosen = false
      this.#expected = null
      this.track = null
      this.delayMs = film === null ? 0 : rememberedDelay(film)
    }
    this.tracks = tracks
    const expected = tracks.find(({ id }) => id === this.#expected)
    if (expected !== undefined) return this.choose(expected)
    const same = tracks.find(({ id }) => id === this.track?.id)
    const off = this.#chosen && this.track === null
    this.#show(same ?? (off ? null : choose(tracks, rememberedSubtitles(), navigator.languages)))
  }

  /** Shows this one, or none, and remembers it. */
  choose(track: Subtitles | null): void {
    this.#chosen = true
    this.#expected = null
    const like = track === null ? (rememberedSubtitles()?.like ?? null) : kindOf(track)
    rememberSubtitles({ on: track !== null, like })
    this.#show(track)
  }

  /** We have added this one: it is shown when the list has it. */
  expect(track: Subtitles): void {
    const listed = this.tracks.find(({ id }) => id === track.id)
    if (listed !== undefined) this.choose(listed)
    else this.#expected = track.id
  }

  /** Switches them off, or on again, and says so. */
  toggle(): void {
    const on = switchedOn(this.tracks, rememberedSubtitles(), navigator.languages)
    if (this.track === null && on === null) return this.#tell(text.tracks.none)
    this.choose(this.track === null ? on : null)
    const name = this.track === null ? undefined : trackNames(this.tracks).get(this.track.id)
    this.#tell(name === undefined ? text.tracks.nowOff : text.tracks.nowOn(name))
  }

  /** Has them come later, or earlier, and says so. */
  delayBy(ms: number): void {
    if (this.track === null) return
    this.setDelay(this.delayMs + ms)
    this.#tell(text.tracks.delayed(this.delayMs))
  }

  setDelay(ms: number): void {
    this.delayMs = Math.min(Math.max(ms, -DELAY_MS_MAX), DELAY_MS_MAX)
    if (this.#film !== null) rememberDelay(this.#film, this.delayMs)
  }

  setSize(size: Size): void {
    this.size = size
    rememberSubtitleSize(size)
  }

  end(): void {
    clearTimeout(this.#retry)
    clearTimeout(this.#untell)
    this.#reading?.abort()
  }

  #tell(what: string): void {
    this.told = what
    clearTimeout(this.#untell)
    this.#untell = setTimeout(() => (this.told = null), TOLD_MS)
  }

  #show(track: Subtitles | null): void {
    this.track = track
    if (this.#url === (track?.url ?? null)) return
    this.#url = track?.url ?? null
    this.cues = null
    this.#read()
  }

  #read(): void {
    clearTimeout(this.#retry)
    this.#reading?.abort()
    this.#reading = null
    const url = this.#url
    if (url === null) return
    const reading = new AbortController()
    this.#reading = reading
    readCues(url, reading.signal).then(
      (cues) => {
        if (!reading.signal.aborted) this.cues = new Cues(cues)
      },
      () => {
        if (!reading.signal.aborted) this.#retry = setTimeout(() => this.#read(), RETRY_MS)
      },
    )
  }
}

function kindOf({ language, label, forced, for_deaf }: Subtitles) {
  return { language, label, forced, for_deaf }
}
