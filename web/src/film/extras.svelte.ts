// What belongs to the film that is on, beside its picture and sound: subtitles, pictures along it, chapters. It may come bit by
// bit, and change while the film is on.
import { addSubtitles, getExtras, Refusal, removeSubtitles } from '../api'
import { tabName } from '../remembered'
import { text } from '../text'
import { Cues, readCues } from './cues'
import type { FilmExtras } from '../protocol'
import { frameOf, type Frame } from './storyboard'
import { SubtitleChoice } from './subtitle-choice.svelte'

const NOTHING: FilmExtras = { poster: null, storyboard: null, chapters: [], subtitles: [], making: false }
const RETRY_MS = 3_000

export class Extras {
  readonly choice = new SubtitleChoice()
  known = $state.raw<FilmExtras>(NOTHING)
  /** A file of subtitles is on its way. */
  adding = $state(false)
  /** The pictures along the film, once somebody has asked for them. */
  frames = $state.raw<Cues<Frame> | null>(null)

  #code: string
  #film: string | null = null
  #url: string | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #ends = new AbortController()
  #board: string | null = null
  #boardWanted = false

  constructor(code: string) {
    this.#code = code
  }

  /** Which film is on, and where its extras are described. */
  follow(film: string | null, url: string | null): void {
    if (film !== this.#film) {
      this.#film = film
      this.#take(NOTHING)
    }
    if (url === this.#url) return
    this.#url = url
    clearTimeout(this.#retry)
    if (url !== null) void this.#load(url)
  }

  /** The pictures along the film are to be seen: they are fetched now, and for films to come at once. */
  wantFrames(): void {
    this.#boardWanted = true
    void this.#loadFrames()
  }

  /** Adds a file to the film that is on, and shows it to the one who brought it. What was refused, or null. */
  async add(file: File): Promise<string | null> {
    const film = this.#film
    if (film === null) return text.tracks.noFilm
    this.adding = true
    const refused = await refusalOf(
      addSubtitles(this.#code, film, tabName(), file).then((track) => {
        if (film === this.#film) this.choice.expect(track)
      }),
    )
    this.adding = false
    return refused
  }

  /** Takes added subtitles away. What was refused, or null. */
  remove(id: string): Promise<string | null> {
    return refusalOf(removeSubtitles(this.#code, id, tabName()))
  }

  end(): void {
    clearTimeout(this.#retry)
    // An answer that is still to come is to nobody's question.
    this.#url = null
    this.#ends.abort()
    this.choice.end()
  }

  async #load(url: string): Promise<void> {
    try {
      const known = await getExtras(url)
      if (url === this.#url) this.#take(known)
    } catch {
      // It may have changed meanwhile: then we are told another address.
      if (url === this.#url) this.#retry = setTimeout(() => void this.#load(url), RETRY_MS)
    }
  }

  #take(known: FilmExtras): void {
    this.known = known
    this.choice.take(this.#film, known.subtitles)
    if (this.#boardWanted) void this.#loadFrames()
  }

  async #loadFrames(): Promise<void> {
    const url = this.known.storyboard
    if (url === this.#board) return
    this.#board = url
    this.frames = null
    if (url === null) return
    const { href } = new URL(url, location.href)
    try {
      const cues = await readCues(href, this.#ends.signal)
      if (url === this.#board)
        this.frames = new Cues(cues.flatMap((cue) => frameOf(cue as VTTCue & { text: string }, href) ?? []))
    } catch {
      if (url === this.#board) this.#board = null
    }
  }
}

async function refusalOf(asked: Promise<unknown>): Promise<string | null> {
  try {
    await asked
    return null
  } catch (error) {
    return error instanceof Refusal ? error.message : text.unknownTrouble
  }
}
