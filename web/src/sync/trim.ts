// How far the rate is bent to close a small skew. A skew is measured until it is known, over more reports the more they
// jitter; one outside the dead band is closed with one bend of the right length; then the rate is left alone and it is
// measured anew. So the rate changes seldom, and what a player makes of a change late, or only in steps, makes nothing
// swing: while the rate is bent, and for a moment after, the last stretch goes by reckoning and not by reports. Pure:
// time is an argument.

/** A smaller skew is left alone; besides, nothing is done about one that may be chance. */
const DEAD_BAND_MS = 2
const SURE_ERRORS = 4
/** Where bends are in vain, since each costs this player what it gains, a wider band holds for a while. */
const VAIN_BAND_MS = 12
const VAIN_BAND_LASTS_MS = 60_000
/** A bend was in vain that left more than this share of what it was to close; and so many in a row are no chance. */
const VAIN_SHARE = 0.7
const VAIN_MAX = 2
/** What is known of a skew comes from so many reports at least, and at most. */
const REPORTS_MIN = 4
const REPORTS_MAX = 40
/** After so many it is known whether the last bend helped. */
const REPORTS_AFTER = 10
/** How much the newest difference between two reports counts in what is known of their jitter. */
const JITTER_SHARE = 0.05
/** A report off from those before it by so many times their spread is news, not jitter; within these. */
const NEWS_SPREADS = 6
const NEWS_MS_MIN = 4
const NEWS_MS_MAX = 15
/** What is left when a skew counts as closed. */
const CLOSED_MS = 0.3
/** What is closed with which share of the rate. */
const GENTLE_BELOW_MS = 20
const GENTLE_SHARE = 0.005
const FIRM_BELOW_MS = 60
const FIRM_SHARE = 0.02
const HASTY_SHARE = 0.05
/** So long after a change of the rate a player may still play what it had prepared at the one before. */
const RATE_TAKES_MS = 150
/** While much is left, what is left is the median of so many reports. */
const MEDIAN_OF = 5

/** What to do about the rate: raise it by a share (or lower it: negative), until then unless told otherwise. */
export interface Bent {
  share: number
  againInMs: number
}

const STRAIGHT: Bent = { share: 0, againInMs: Number.POSITIVE_INFINITY }

/** A bend under way: how much of the skew is left to close, by how much it closes the rate now. */
interface Bend {
  leftMs: number
  share: number
  since: number
}

/** Of differences that are like chance: how wide what they come from spreads, for each ms of them on average. */
const SPREAD = Math.sqrt(Math.PI) / 2

export class Trim {
  #recent: number[] = []
  #bend: Bend | null = null
  /** How much the last bend was to close. */
  #meantMs: number | null = null
  #vain = 0
  #wideUntil = 0
  #jitterMs = 0
  #differences = 0
  #blindUntil = 0
  #last = Number.NEGATIVE_INFINITY

  /** What to do at this skew, of a room that plays at this rate; hastily in the first moments after a change. */
  correct(skewMs: number, now: number, { rate = 1, hasty = false } = {}): Bent {
    // The server's time may be judged earlier than a moment ago.
    const tickMs = Math.min(Math.max(now - this.#last, 1), 2_000)
    this.#last = now
    if (this.#bend !== null) this.#follow(this.#bend, skewMs, now, rate)
    else if (now >= this.#blindUntil) this.#bend = this.#begin(skewMs, now, rate)
    const bend = this.#bend
    if (bend === null) return STRAIGHT
    const most = mostShare(Math.abs(bend.leftMs), hasty)
    // Whoever is asked seldom, as in a tab out of sight, must not overshoot until it is asked again.
    const share = Math.min(most, Math.abs(bend.leftMs) / (tickMs * rate))
    bend.share = -Math.sign(bend.leftMs) * share
    bend.since = now
    const tillGentleMs = Math.abs(bend.leftMs) - (most > GENTLE_SHARE ? GENTLE_BELOW_MS : 0)
    return { share: bend.share, againInMs: Math.max(tillGentleMs / (share * rate), 1) }
  }

  /** Playback was interrupted: what was measured before says nothing now. */
  rest(): void {
    this.#recent = []
    this.#bend = null
    this.#meantMs = null
  }

  /** Takes a report in; a bend, once the skew is known and worth one. */
  #begin(skewMs: number, now: number, rate: number): Bend | null {
    this.#take(skewMs, rate)
    const count = this.#recent.length
    if (count < (this.#meantMs === null ? REPORTS_MIN : REPORTS_AFTER)) return null
    const middle = mean(this.#recent)
    const errorMs = this.#spreadMs / Math.sqrt(count)
    const size = Math.abs(middle)
    const isSure = size > Math.max(DEAD_BAND_MS * rate, SURE_ERRORS * errorMs)
    this.#learnVain(isSure ? size / rate : 0, now)
    if (!isSure || (now < this.#wideUntil && size <= VAIN_BAND_MS * rate)) return null
    // That there is a skew, all reports say; how much of one, the newer ones.
    const leftMs = mean(this.#recent.slice(-Math.max(REPORTS_MIN, Math.ceil(count / 2))))
    this.#recent = []
    this.#meantMs = size < GENTLE_BELOW_MS ? Math.abs(leftMs) / rate : null
    return { leftMs, share: 0, since: now }
  }

  /** How wide reports spread around the truth, from how far each is from the one before. */
  get #spreadMs(): number {
    return this.#jitterMs * SPREAD
  }

  #take(skewMs: number, rate: number): void {
    const before = this.#recent.at(-1)
    const newsMs = Math.min(Math.max(this.#spreadMs * NEWS_SPREADS, NEWS_MS_MIN * rate), NEWS_MS_MAX * rate)
    if (Math.abs(skewMs - mean(this.#recent)) > newsMs) this.#recent = []
    else if (before !== undefined) {
      this.#differences += 1
      const share = Math.max(JITTER_SHARE, 1 / this.#differences)
      this.#jitterMs += (Math.abs(skewMs - before) - this.#jitterMs) * share
    }
    this.#recent.push(skewMs)
    if (this.#recent.length > REPORTS_MAX) this.#recent.shift()
  }

  /** What is left after a bend tells whether it was in vain. */
  #learnVain(sizeMs: number, now: number): void {
    const meantMs = this.#meantMs
    this.#meantMs = null
    if (meantMs === null) return
    this.#vain = sizeMs > meantMs * VAIN_SHARE ? this.#vain + 1 : 0
    if (this.#vain < VAIN_MAX) return
    this.#vain = 0
    this.#wideUntil = now + VAIN_BAND_LASTS_MS
  }

  /** A bend goes on, or is over. */
  #follow(bend: Bend, skewMs: number, now: number, rate: number): void {
    this.#recent.push(skewMs)
    if (this.#recent.length > MEDIAN_OF) this.#recent.shift()
    const before = bend.leftMs
    bend.leftMs += bend.share * rate * Math.max(now - bend.since, 0)
    const seen = median(this.#recent)
    const isFar = Math.abs(before) > GENTLE_BELOW_MS && this.#recent.length === MEDIAN_OF
    // Seen is what is heard; what is prepared will close some more.
    if (isFar) bend.leftMs = seen + bend.share * rate * RATE_TAKES_MS
    const isOver = bend.leftMs * before <= 0 || Math.abs(bend.leftMs) < CLOSED_MS
    const isWrong = seen * before < 0 && Math.abs(seen) > NEWS_MS_MAX * rate
    if (!isOver && !isWrong) return
    this.#recent = []
    this.#bend = null
    this.#blindUntil = now + RATE_TAKES_MS
  }
}

function mostShare(leftMs: number, hasty: boolean): number {
  if (leftMs <= GENTLE_BELOW_MS) return GENTLE_SHARE
  return hasty || leftMs >= FIRM_BELOW_MS ? HASTY_SHARE : FIRM_SHARE
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** The playback rate for a share, in steps of a ten-thousandth so that a player is not told every tick. */
export function rateFor(rate: number, share: number): number {
  return Math.round(rate * (1 + share) * 10_000) / 10_000
}
