// How fast films come, as this page reckons it from what the server tells of them.
import type { Upload } from '../protocol'
import { Pace } from './pace'

const TICK_MS = 1_000

export class Arrivals {
  /** Grows while something comes, so that speeds and stalls are reckoned anew. */
  #now = $state(performance.now())
  #paces = new Map<number, Pace>()
  #tick: ReturnType<typeof setInterval> | undefined

  /** Takes in what the server has told. */
  note(uploads: readonly Upload[]): void {
    const at = performance.now()
    for (const id of this.#paces.keys())
      if (uploads.every((upload) => upload.id !== id)) this.#paces.delete(id)
    for (const { id, received_bytes, paused } of uploads) {
      const pace = this.#paces.get(id) ?? new Pace()
      if (paused) pace.restart()
      else pace.note(received_bytes, at)
      this.#paces.set(id, pace)
    }
    this.#now = at
    if (uploads.length === 0) this.end()
    else this.#tick ??= setInterval(() => (this.#now = performance.now()), TICK_MS)
  }

  /** Bytes a second; null while it cannot be said. */
  speed({ id }: Upload): number | null {
    return this.#paces.get(id)?.speed(this.#now) ?? null
  }

  /** Whether somebody sends it and nothing comes. */
  stalled({ id }: Upload): boolean {
    return this.#paces.get(id)?.stalled(this.#now) ?? false
  }

  end(): void {
    clearInterval(this.#tick)
    this.#tick = undefined
  }
}
