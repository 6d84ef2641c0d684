// Keeps the server's time known: asks eight times in quick succession when a connection is new, then every few
// seconds, and starts anew after the machine has slept.
import { ServerClock } from './clock'

const QUICK = 8
const QUICK_GAP_MS = 30
const GAP_MS = 3_000
/** An answer that takes longer is not waited for. */
const ANSWER_MS_MAX = 5_000
/** When the wall clock and the page's own clock part by more than this, the machine has slept. */
const SLEEP_MS = 500

export class Asking {
  readonly clock = new ServerClock()
  #ask: (t0: number) => void
  #quickLeft = 0
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
    this.#quickLeft = QUICK
    this.#askNow()
  }

  stop(): void {
    this.#running = false
    clearTimeout(this.#timer)
  }

  /** Takes the server's answer. */
  heard({ t0, t1, t2 }: { t0: number; t1: number; t2: number }): void {
    this.clock.add({ t0, t1, t2, t3: performance.now() })
    if (!this.#running) return
    this.#quickLeft -= 1
    this.#askIn(this.#quickLeft > 0 ? QUICK_GAP_MS : GAP_MS)
  }

  #askNow(): void {
    const wallAhead = Date.now() - performance.now()
    if (Math.abs(wallAhead - this.#wallAhead) > SLEEP_MS) {
      this.clock.forget()
      this.#quickLeft = QUICK
    }
    this.#wallAhead = wallAhead
    this.#ask(performance.now())
    this.#askIn(ANSWER_MS_MAX)
  }

  #askIn(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#askNow(), ms)
  }
}
