// How fast an upload comes, reckoned from how far it was when.

/** Over how long the speed is reckoned: steady to read, and soon right again when it changes. */
const OVER_MS = 5_000
/** After how long without a byte an upload counts as stalled. */
const STALLED_MS = 4_000

export class Pace {
  #samples: { at: number; bytes: number }[] = []

  /** Notes how far it is. */
  note(bytes: number, at: number): void {
    const last = this.#samples.at(-1)
    if (last !== undefined && bytes === last.bytes) return
    // It has gone back after a crash: what was before tells nothing.
    if (last !== undefined && bytes < last.bytes) this.#samples = []
    this.#samples.push({ at, bytes })
    while (this.#samples.length > 2 && (this.#samples[1]?.at ?? at) <= at - OVER_MS) this.#samples.shift()
  }

  /** Forgets what was, as after a pause. */
  restart(): void {
    this.#samples = []
  }

  /** Whether nothing has come for a while. */
  stalled(at: number): boolean {
    const last = this.#samples.at(-1)
    return last !== undefined && at - last.at >= STALLED_MS
  }

  /** Bytes a second; null while it cannot be said. */
  speed(at: number): number | null {
    const [first] = this.#samples
    const last = this.#samples.at(-1)
    if (first === undefined || last === undefined || this.stalled(at)) return null
    const ms = at - first.at
    return ms < 500 || last.bytes === first.bytes ? null : ((last.bytes - first.bytes) * 1_000) / ms
  }
}
