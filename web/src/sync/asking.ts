// Keeps the server's time known: asks eight times in quick succession when a connection is new, then ever more seldom,
// and starts anew after the machine has slept. Only the answer to the question that is out is heard, and only once.
import { ServerClock } from './clock'

const QUICK = 8
const QUICK_GAP_MS = 30
/** Later the gap is a tenth of the time since the first question, within these. */
const GAP_MS_MIN = 150
const GAP_MS_MAX = 3_000
/** An answer that takes longer is not waited for. */
const ANSWER_MS_MAX = 5_000
/** By how much the question's time may differ when it comes back: it was made into text, and read, and made again. */
const TEXT_MS = 0.01
/** When the wall clock and the page's own clock part by more than this, the machine may have slept. */
const SLEEP_MS = 500

export class Asking {
  readonly clock = new ServerClock()
  #ask: (t0: number) => void
  /** The question that is out. */
  #asked: number | null = null
  #quickLeft = 0
  #since = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  #running = false
  #wallAhead = 0

  /** `ask` sends a `clock` message with this t0. */
  constructor(ask: (t0: number) => void) {
    this.#ask = ask
  }

  /** The server's time now. */
  now(): number {
    return this.clock.serverNow(performance.now())
  }

  /** A connection is there: asks quickly, with a fresh memory. */
  start(): void {
    this.#running = true
    this.#wallAhead = Date.now() - performance.now()
    this.clock.forget()
    this.again()
  }

  /** Asks quickly once more, as after a time out of sight. */
  again(): void {
    if (!this.#running) return
    this.#hurry()
    this.#askNow()
  }

  stop(): void {
    this.#running = false
    this.#asked = null
    clearTimeout(this.#timer)
  }

  /** Takes the server's answer. */
  heard({ t0, t1, t2 }: { t0: number; t1: number; t2: number }): void {
    const t3 = performance.now()
    const asked = this.#asked
    if (!this.#running || asked === null || Math.abs(t0 - asked) > TEXT_MS) return
    this.#asked = null
    this.#quickLeft -= 1
    // What contradicts all before is an outlier, or the first of many: the next answers tell.
    if (!this.clock.add({ t0: asked, t1, t2, t3 }) && this.#quickLeft <= 0) this.#hurry()
    this.#askIn(this.#quickLeft > 0 ? QUICK_GAP_MS : this.#gapMs(t3))
  }

  #gapMs(now: number): number {
    return Math.min(Math.max((now - this.#since) / 10, GAP_MS_MIN), GAP_MS_MAX)
  }

  #hurry(): void {
    this.#quickLeft = QUICK
    this.#since = performance.now()
  }

  #askNow(): void {
    const wallAhead = Date.now() - performance.now()
    // Whether it was sleep or somebody set the wall clock, the next answers tell.
    if (Math.abs(wallAhead - this.#wallAhead) > SLEEP_MS) this.#hurry()
    this.#wallAhead = wallAhead
    this.#asked = performance.now()
    this.#ask(this.#asked)
    this.#askIn(ANSWER_MS_MAX)
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#askNow(), ms)
  }
}
