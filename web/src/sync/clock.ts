// The server's time, estimated from exchanges with it. Each exchange bounds it from two sides: the server was ahead by
// no more than the way there shows, and by no less than the way back. The shortest way there and the shortest way back,
// whichever exchanges they come from, give the narrowest bounds, and the truth is taken to lie in their middle. Over
// minutes two clocks drift apart; a drift is believed as far as it makes those bounds agree. Pure: local time is an
// argument, in milliseconds of any clock that never steps.

/** One question and its answer: asked at t0 and heard at t3 by our clock, stamped t1 and t2 by the server's. */
export interface Exchange {
  t0: number
  t1: number
  t2: number
  t3: number
}

interface Sample {
  at: number
  /** How far the server seemed ahead on the way there: too much by the time that the way took. */
  aheadMost: number
  /** The same on the way back: too little by the time that the way took. */
  aheadLeast: number
}

/** Older exchanges say too little about now; and so many are enough. */
const KEPT_MS = 300_000
const KEPT_MAX = 400
/** A longer round trip is a page that slept or a link that stood still, not a measurement. */
const ROUND_TRIP_MS_MAX = 5_000
/** By how much two clocks drift apart at most, as a share: crystals do by some 50 parts in a million, each. */
const DRIFT_MAX = 200e-6
/** A drift is believed if it narrows the bounds by so much more than chance does: as if it lasted this long. */
const DRIFT_LASTS_MS = 60_000
/** How much a bound widens for each ms of its age: what may be left of a drift. */
const WIDENS = 5e-6
/** What the server's stamps and our own may be off by, so that two exchanges still agree. */
const GRAIN_MS = 1
/** So many in a row that agree with each other but not with all before: one of the clocks has been set anew. */
const REBELS = 3
/** How finely the drift is sought: the range is narrowed by a third each time. */
const NARROWINGS = 24

export class ServerClock {
  #samples: Sample[] = []
  #rebels: Sample[] = []
  #offsetMs: number | null = null

  /** Takes an exchange in; `false` if it is absurd, or contradicts what is known. */
  add({ t0, t1, t2, t3 }: Exchange): boolean {
    const roundTripMs = t3 - t0 - (t2 - t1)
    if (!(roundTripMs >= 0 && roundTripMs <= ROUND_TRIP_MS_MAX && t2 >= t1 && t3 >= t0)) return false
    const sample = { at: t3, aheadMost: t1 - t0, aheadLeast: t2 - t3 }
    if (!this.#admit(sample)) return false
    this.#samples = this.#samples.filter(({ at }) => t3 - at <= KEPT_MS).slice(-KEPT_MAX + 1)
    this.#samples.push(sample)
    this.#offsetMs = offsetAt(this.#samples, t3)
    return true
  }

  /** After sleep or a new connection: what was measured no longer counts, but stands in until there is new. */
  forget(): void {
    this.#samples = []
    this.#rebels = []
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
    return Math.min(...this.#samples.map(({ aheadMost, aheadLeast }) => aheadMost - aheadLeast))
  }

  /** One that contradicts is left out, unless others follow it: then those before it are. */
  #admit(sample: Sample): boolean {
    if (agrees(this.#samples, sample)) {
      this.#rebels = []
      return true
    }
    if (!agrees(this.#rebels, sample)) this.#rebels = []
    this.#rebels.push(sample)
    if (this.#rebels.length < REBELS) return false
    this.#samples = this.#rebels.slice(0, -1)
    this.#rebels = []
    return true
  }
}

/** Whether there is a time that the server's clock can show by all of these and by this one. */
function agrees(samples: readonly Sample[], { at, aheadMost, aheadLeast }: Sample): boolean {
  return samples.every((other) => {
    const slackMs = GRAIN_MS + Math.abs(at - other.at) * DRIFT_MAX
    return aheadMost + slackMs >= other.aheadLeast && other.aheadMost + slackMs >= aheadLeast
  })
}

/** How far the server's clock is ahead of ours at `now`. */
function offsetAt(samples: readonly Sample[], now: number): number {
  let [least, most] = [-DRIFT_MAX, DRIFT_MAX]
  for (let i = 0; i < NARROWINGS; i++) {
    const third = (most - least) / 3
    if (worth(samples, now, least + third) < worth(samples, now, most - third)) least += third
    else most -= third
  }
  const drift = (least + most) / 2
  const believed = worth(samples, now, drift) > worth(samples, now, 0) ? drift : 0
  const bounds = boundsAt(samples, now, believed)
  return bounds.least + (bounds.most - bounds.least) / 2
}

/** The longer the shortest round trip that a drift leaves possible, the better do the exchanges agree under it. */
function worth(samples: readonly Sample[], now: number, drift: number): number {
  const { most, least } = boundsAt(samples, now, drift)
  return most - least - DRIFT_LASTS_MS * Math.abs(drift)
}

/** The narrowest bounds of the offset at `now`, if it has grown by this drift. */
function boundsAt(samples: readonly Sample[], now: number, drift: number): { most: number; least: number } {
  let [most, least] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const { at, aheadMost, aheadLeast } of samples) {
    const age = now - at
    most = Math.min(most, aheadMost + age * (drift + WIDENS))
    least = Math.max(least, aheadLeast + age * (drift - WIDENS))
  }
  return { most, least }
}
