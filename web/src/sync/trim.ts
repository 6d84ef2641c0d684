// How far the rate is bent to close a small skew: a dead band, gentle steps, and a slow integral term that takes
// up the drift between the sound card's clock and ours. Pure: time is an argument.

/** Inside it the rate is left alone. */
const DEAD_BAND_MS = 8
/** A correction under way goes on until here, so that it does not flutter at the band's edge. */
const SETTLED_MS = 2.5
/** What is closed with which share of the rate. */
const STEPS: readonly { belowMs: number; share: number }[] = [
  { belowMs: 20, share: 0.005 },
  { belowMs: 60, share: 0.02 },
  { belowMs: Number.POSITIVE_INFINITY, share: 0.05 },
]
/** The same in the first moments after a change, when nobody has settled into the picture yet. */
const HASTY_STEPS: readonly { belowMs: number; share: number }[] = [
  { belowMs: 20, share: 0.01 },
  { belowMs: Number.POSITIVE_INFINITY, share: 0.05 },
]
/** The integral's gain, a share of the rate for each ms of skew that lasts a second. */
const INTEGRAL_GAIN = 2e-6
const INTEGRAL_MAX = 0.002
/** A smaller integral is not worth leaving the film's own rate for. */
const INTEGRAL_WORTH = 0.0003
/** How many reports the median is taken over: players' positions jitter by some ms. */
const MEDIAN_OF = 3

export class Trim {
  #recent: number[] = []
  #correcting = false
  #integral = 0
  #last: number | null = null

  /** The share by which the rate is to be raised (or lowered: negative), at this skew. */
  correct(skewMs: number, now: number, hasty = false): number {
    const skew = this.#median(skewMs)
    const size = Math.abs(skew)
    const seconds = this.#last === null ? 0 : Math.min((now - this.#last) / 1_000, 1)
    this.#last = now
    if (size < 120) {
      const grown = this.#integral - skew * seconds * INTEGRAL_GAIN
      this.#integral = Math.min(Math.max(grown, -INTEGRAL_MAX), INTEGRAL_MAX)
    }
    this.#correcting = size > (this.#correcting ? SETTLED_MS : DEAD_BAND_MS)
    const drift = Math.abs(this.#integral) < INTEGRAL_WORTH ? 0 : this.#integral
    if (!this.#correcting) return drift
    const steps = hasty ? HASTY_STEPS : STEPS
    const share = steps.find((step) => size < step.belowMs)?.share ?? 0
    return drift - Math.sign(skew) * share
  }

  /** Playback was interrupted: what was measured before says nothing now. The drift stays known. */
  rest(): void {
    this.#recent = []
    this.#correcting = false
    this.#last = null
  }

  #median(skewMs: number): number {
    this.#recent.push(skewMs)
    if (this.#recent.length > MEDIAN_OF) this.#recent.shift()
    const sorted = this.#recent.toSorted((a, b) => a - b)
    return sorted[Math.floor(sorted.length / 2)] ?? skewMs
  }
}

/** The playback rate for a share, in steps of a ten-thousandth so that a player is not told every tick. */
export function rateFor(rate: number, share: number): number {
  return Math.round(rate * (1 + share) * 10_000) / 10_000
}
