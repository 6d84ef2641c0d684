// Films on their way from this page to the server, one after the other.
import { Refusal, sendFilm } from '../api'
import type { FilmEntry } from '../protocol'
import { tabName } from '../remembered'
import { text } from '../text'

/** How the server refuses what is no film. */
const NOT_A_FILM = 'not_a_video'

export class Uploader {
  /** The file under way, with what share of it is there. */
  now = $state.raw<{ title: string; share: number } | null>(null)
  trouble = $state<string | null>(null)

  #code: string
  #arrived: (film: FilmEntry) => void
  #queue: File[] = []
  #stop = new AbortController()

  constructor(code: string, arrived: (film: FilmEntry) => void) {
    this.#code = code
    this.#arrived = arrived
  }

  /** Sends these files when those before them are through. */
  add(files: Iterable<File>): void {
    this.#queue.push(...files)
    if (this.now === null) void this.#work()
  }

  stop(): void {
    this.#queue = []
    this.#stop.abort()
  }

  dismiss(): void {
    this.trouble = null
  }

  async #work(): Promise<void> {
    for (let file = this.#queue.shift(); file !== undefined; file = this.#queue.shift()) {
      const title = file.name
      this.#stop = new AbortController()
      this.trouble = null
      this.now = { title, share: 0 }
      try {
        const where = { code: this.#code, tab: tabName() }
        const moved = (share: number) => (this.now = { title, share })
        const { film } = await sendFilm(where, file, moved, this.#stop.signal)
        this.#arrived(film)
      } catch (error) {
        this.trouble = error instanceof Refusal ? troubleWith(title, error) : text.unknownTrouble
      }
      this.now = null
    }
  }
}

/** The server does not know what the file is called here; the page does. */
function troubleWith(title: string, { code, message }: Refusal): string {
  return code === NOT_A_FILM ? text.upload.notFilm(title) : message
}
