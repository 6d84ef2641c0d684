// Reactions that float over the film: a few at a time, each for a moment, and now and then a word about them for those
// who do not see them.
import type { Reaction } from '../protocol'

/** More at once hide the film; the oldest go first. */
export const FLOATING_MAX = 20
/** As long as the style lets them rise. */
const FLOATING_MS = 2_600
/** Whoever has the page read aloud is not talked over by every reaction. */
const TOLD_MS = 5_000

export interface Float extends Reaction {
  id: number
}

export class Floats {
  shown = $state.raw<readonly Float[]>([])
  /** The kinds that came of late. */
  told = $state.raw<readonly string[]>([])
  #last = 0
  #untold = new Set<string>()
  #telling = false

  heard(reactions: readonly Reaction[]): void {
    const fresh = reactions.map((reaction) => ({ ...reaction, id: (this.#last += 1) }))
    this.shown = [...this.shown, ...fresh].slice(-FLOATING_MAX)
    const ids = new Set(fresh.map(({ id }) => id))
    setTimeout(() => (this.shown = this.shown.filter(({ id }) => !ids.has(id))), FLOATING_MS)
    for (const { emoji } of reactions) this.#untold.add(emoji)
    if (!this.#telling) this.#tell()
  }

  #tell(): void {
    this.#telling = this.#untold.size > 0
    this.told = [...this.#untold].slice(0, FLOATING_MAX)
    this.#untold.clear()
    if (this.#telling) setTimeout(() => this.#tell(), TOLD_MS)
  }
}
