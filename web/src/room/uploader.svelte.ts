// Films on their way from this page to the server, one after the other.
import { Refusal, sendFilm } from '../api'
import { tabName } from '../remembered'
import { text } from '../text'

export class Uploader {
  /** The file under way, with what share of it is there. */
  now = $state.raw<{ title: string; share: number } | null>(null)
  trouble = $state<string | null>(null)

  #code: string
  #queue: File[] = []
  #stop = new AbortController()

  constructor(code: string) {
    this.#code = code
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
        await sendFilm(where, file, (share) => (this.now = { title, share }), this.#stop.signal)
      } catch (error) {
        this.trouble = error instanceof Refusal ? error.message : text.unknownTrouble
      }
      this.now = null
    }
  }
}
