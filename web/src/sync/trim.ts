// How far the rate is bent to close a small skew: a dead band as wide as the player's own jitter asks for, gentle
// steps, and what was learned of the drift between the sound card's clock and ours. The drift is learned only while
// the skew is left alone: summed up through corrections it would swing to and fro. Pure: time is an argument.

/** The dead band, inside which the rate is left alone: at least so much, and so many times the player's jitter. */
const DEAD_BAND_MS = 3
const DEAD_BAND_MS_MAX = 8
const DEAD_BAND_JITTERS = 4
/** A correction under way goes on until this share of the band, so that it does not flutter at its edge. */
const SETTLED = 0.3
/** What is closed with which share of the rate. */
const GENTLE_BELOW_MS = 20
const GENTLE_SHARE = 0.005
const STEPS: readonly { belowMs: number; share: number }[] = [
  { belowMs: GENTLE_BELOW_MS, share: GENTLE_SHARE },
  { belowMs: 60, share: 0.02 },
  { belowMs: Number.POSITIVE_INFINITY, share: 0.05 },
]
/** The same in the first moments after a change, when nobody has settled into the picture yet. */
const HASTY_STEPS: readonly { belowMs: number; share: number }[] = [
  { belowMs: GENTLE_BELOW_MS, share: GENTLE_SHARE },
  { belowMs: Number.POSITIVE_INFINITY, share: 0.05 },
]
/** What is learned of the drift from one time at rest, at most, as a share of the rate; and of all times. */
const DRIFT_LEARNED_MAX = 0.000_1
const DRIFT_MAX = 0.002
/** A shorter rest says more of the player's jitter than of its drift. */
const REST_MS_MIN = 2_000
/** How many reports the median is taken over: players' positions jitter by some ms. */
const MEDIAN_OF = 5
/** How much the newest difference counts in what is known of the jitter. */
const JITTER_SHARE = 0.05

export class Trim {
  #recent: number[] = []
  #correcting = false
  #drift = 0
  /** Since when the skew is left alone, and what it was then. */
  #resting: { since: number; skewMs: number } | null = null
  #jitterMs = 0.5

  /** The share by which the rate is to be raised (or lowered: negative), at this skew. */
  correct(skewMs: number, now: number, hasty = false): number {
    this.#learnJitter(skewMs)
    const skew = this.#median(skewMs)
    const size = Math.abs(skew)
    const band = Math.min(Math.max(DEAD_BAND_MS, this.#jitterMs * DEAD_BAND_JITTERS), DEAD_BAND_MS_MAX)
    const wasCorrecting = this.#correcting
    this.#correcting = size > (wasCorrecting ? band * SETTLED : band)
    if (!this.#correcting) {
      this.#resting ??= { since: now, skewMs: skew }
      return this.#drift
    }
    if (!wasCorrecting) this.#learnDrift(skew, now)
    const steps = hasty ? HASTY_STEPS : STEPS
    const share = steps.find((step) => size < step.belowMs)?.share ?? 0
    const bent = this.#drift - Math.sign(skew) * share
    // Near enough, drift and step together stay within the gentle one.
    return size < GENTLE_BELOW_MS ? Math.min(Math.max(bent, -GENTLE_SHARE), GENTLE_SHARE) : bent
  }

  /** Playback was interrupted: what was measured before says nothing now. The drift and the jitter stay known. */
  rest(): void {
    this.#recent = []
    this.#correcting = false
    this.#resting = null
  }

  /** A rest is over: how far the skew has moved in it is what the drift still lacks. */
  #learnDrift(skewMs: number, now: number): void {
    const rest = this.#resting
    this.#resting = null
    if (rest === null || now - rest.since < REST_MS_MIN) return
    const moved = (skewMs - rest.skewMs) / (now - rest.since)
    const learned = Math.min(Math.max(moved / 2, -DRIFT_LEARNED_MAX), DRIFT_LEARNED_MAX)
    this.#drift = Math.min(Math.max(this.#drift - learned, -DRIFT_MAX), DRIFT_MAX)
  }

  #learnJitter(skewMs: number): void {
    const before = this.#recent.at(-1)
    if (before === undefined) return
    const differs = Math.min(Math.abs(skewMs - before), DEAD_BAND_MS_MAX)
    this.#jitterMs += (differs - this.#jitterMs) * JITTER_SHARE
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
