// How far our player was from where the room was, gathered into what is told of it. Pure: samples and times are
// arguments, in milliseconds.

/** Some seconds' skew: the mean, behind the room negative, and the distance that 50 and 95 of 100 samples kept. */
export interface Skew {
  mean_ms: number
  p50_ms: number
  p95_ms: number
}

/** So much is told at once: long enough that a single hitch is no news, short enough to be about now. */
const TOLD_EVERY_MS = 3_000
/** Fewer samples than these say nothing. The follower takes one every 50 ms. */
const SAMPLES_MIN = 20
/** More are never kept, however often somebody samples. */
const SAMPLES_MAX = 200
/** What is further off than this is as far off as this, as the server takes it. */
const SKEW_MS_MAX = 10_000

export class Skews {
  #samples: number[] = []
  #since = 0

  /**
   * Takes what our player's skew is at `now`, null while it has none; gives what is to be told, when that is due. What
   * was gathered before a pause is forgotten: what is told is about one stretch of playing.
   */
  add(skewMs: number | null, now: number): Skew | null {
    if (skewMs === null || !Number.isFinite(skewMs)) {
      this.forget()
      return null
    }
    if (this.#samples.length === 0) this.#since = now
    if (this.#samples.length < SAMPLES_MAX)
      this.#samples.push(Math.min(Math.max(skewMs, -SKEW_MS_MAX), SKEW_MS_MAX))
    if (now - this.#since < TOLD_EVERY_MS || this.#samples.length < SAMPLES_MIN) return null
    const skew = of(this.#samples)
    this.forget()
    return skew
  }

  forget(): void {
    this.#samples = []
  }
}

function of(samples: readonly number[]): Skew {
  const distances = samples.map(Math.abs).toSorted((one, other) => one - other)
  const within = (share: number) => distances[Math.ceil(distances.length * share) - 1] ?? 0
  const sum = samples.reduce((all, one) => all + one, 0)
  return {
    mean_ms: hundredths(sum / samples.length),
    p50_ms: hundredths(within(0.5)),
    p95_ms: hundredths(within(0.95)),
  }
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100
}
