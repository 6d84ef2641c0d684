// A word that is read aloud when it has stood for a while: what changes to and fro talks over nobody. Pure: times are
// arguments, in milliseconds.

/** Longer than a player takes to find back into step after a jump. */
const STANDS_MS = 5_000

export class Steady {
  #said: string
  #next: { word: string; since: number } | null = null

  constructor(word: string) {
    this.#said = word
  }

  /** What is to be said at `now`, at which `word` would be right. */
  at(word: string, now: number): string {
    if (word === this.#said) this.#next = null
    else if (this.#next?.word !== word) this.#next = { word, since: now }
    else if (now - this.#next.since >= STANDS_MS) {
      this.#said = word
      this.#next = null
    }
    return this.#said
  }
}
