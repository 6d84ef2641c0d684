// The server's time, estimated from exchanges with it. Pure: local time is an argument, in milliseconds of any
// clock that never steps.

/** One question and its answer: asked at t0 and heard at t3 by our clock, stamped t1 and t2 by the server's. */
export interface Exchange {
  t0: number
  t1: number
  t2: number
  t3: number
}

interface Sample {
  takenAt: number
  offsetMs: number
  roundTripMs: number
}

/** Exchanges older than this say too little about now: two clocks drift apart by some ms a minute. */
const KEPT_MS = 120_000
/** A longer round trip is a page that slept or a link that stood still, not a measurement. */
const ROUND_TRIP_MS_MAX = 5_000
/** How much an estimate is trusted less for each ms of its age: 30 parts in a million, a common drift. */
const DRIFT = 30e-6
/** Differences in round trip below this are noise of the page's own timers. */
const NOISE_MS = 0.5

export class ServerClock {
  #samples: Sample[] = []
  #offsetMs: number | null = null

  /** Takes an exchange in; `false` if it is absurd. */
  add({ t0, t1, t2, t3 }: Exchange): boolean {
    const roundTripMs = t3 - t0 - (t2 - t1)
    const offsetMs = (t1 - t0 + (t2 - t3)) / 2
    if (!(roundTripMs >= 0 && roundTripMs <= ROUND_TRIP_MS_MAX && t2 >= t1) || !Number.isFinite(offsetMs))
      return false
    this.#samples = this.#samples.filter((sample) => t3 - sample.takenAt <= KEPT_MS)
    this.#samples.push({ takenAt: t3, offsetMs, roundTripMs })
    this.#offsetMs = this.#estimate(t3)
    return true
  }

  /** After sleep or a new connection: what was measured no longer counts, but stands in until there is new. */
  forget(): void {
    this.#samples = []
  }

  /** Whether the server's time is known at all. */
  get ready(): boolean {
    return this.#offsetMs !== null
  }

  /** The server's time at local time `localNow`; `localNow` itself before the first exchange. */
  serverNow(localNow: number): number {
    return localNow + (this.#offsetMs ?? 0)
  }

  /** The least round trip of late, or null. */
  get roundTripMs(): number | null {
    if (this.#samples.length === 0) return null
    return Math.min(...this.#samples.map((sample) => sample.roundTripMs))
  }

  /** The mean of all offsets, in which a sample counts the less, the longer its round trip and its age. */
  #estimate(now: number): number {
    const least = Math.min(...this.#samples.map((sample) => sample.roundTripMs))
    const base = this.#samples[0]?.offsetMs ?? 0
    let weights = 0
    let sum = 0
    for (const sample of this.#samples) {
      const doubtMs = (sample.roundTripMs - least) / 2 + (now - sample.takenAt) * DRIFT + NOISE_MS
      const weight = 1 / (doubtMs * doubtMs)
      weights += weight
      sum += weight * (sample.offsetMs - base)
    }
    return base + sum / weights
  }
}
