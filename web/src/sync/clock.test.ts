import { describe, expect, it } from 'vitest'
import { ServerClock, type Exchange } from './clock'
import { chanceFrom } from './simulated'

const OFFSET = 1_700_000_000_000

/** An exchange begun at `t0` with these one-way latencies, against a server that is `offset` ahead. */
function exchange(t0: number, there: number, back: number, offset = OFFSET): Exchange {
  const t1 = t0 + there + offset
  return { t0, t1, t2: t1 + 1, t3: t0 + there + 1 + back }
}

interface Link {
  delayMs: number
  jitterMs: number
  drift?: number
  /** How many of a thousand exchanges take up to 400 ms more each way. */
  bursts?: number
  seed: number
}

/** Asks as the page does, for so long; gives by how much the estimate is off after each answer, in ms. */
function askOver(clock: ServerClock, seconds: number, link: Link): { at: number; off: number }[] {
  const { delayMs, jitterMs, drift = 0, bursts = 0 } = link
  const chance = chanceFrom(link.seed)
  const found: { at: number; off: number }[] = []
  let t0 = 0
  for (let count = 0; t0 < seconds * 1_000; count++) {
    const late = chance() < bursts / 1_000 ? 400 : 0
    const way = () => delayMs + jitterMs * (2 * chance() - 1) + late * chance()
    const asked = exchange(t0, way(), way(), OFFSET + t0 * drift)
    clock.add(asked)
    const at = asked.t3
    found.push({ at, off: clock.serverNow(at) - at - OFFSET - t0 * drift })
    t0 = at + (count < 8 ? 30 : Math.min(Math.max(at / 10, 150), 3_000))
  }
  return found
}

/** Below what the error lies at this share of all moments after so many seconds, over many links like this one. */
function offBy(share: number, afterS: number, link: Omit<Link, 'seed'>): number {
  const sizes: number[] = []
  for (let seed = 1; seed <= 12; seed++)
    for (const { at, off } of askOver(new ServerClock(), 240, { ...link, seed }))
      if (at > afterS * 1_000) sizes.push(Math.abs(off))
  return sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length * share)] ?? Number.NaN
}

describe('ServerClock', () => {
  it('knows nothing before the first exchange', () => {
    const clock = new ServerClock()
    expect(clock.ready).toBe(false)
    expect(clock.roundTripMs).toBeNull()
  })

  it('finds the offset of an even link exactly', () => {
    const clock = new ServerClock()
    clock.add(exchange(1_000, 20, 20))
    expect(clock.serverNow(2_000)).toBeCloseTo(OFFSET + 2_000, 3)
    expect(clock.roundTripMs).toBeCloseTo(40, 3)
  })

  it('puts the shortest way there and the shortest way back together, from different exchanges', () => {
    const clock = new ServerClock()
    clock.add(exchange(0, 20, 220))
    clock.add(exchange(1_000, 180, 20))
    expect(Math.abs(clock.serverNow(2_000) - OFFSET - 2_000)).toBeLessThan(0.1)
  })

  it('is a millisecond or two off where each way takes by tens of milliseconds another time', () => {
    expect(offBy(0.5, 20, { delayMs: 80, jitterMs: 40 })).toBeLessThan(1.5)
    expect(offBy(0.95, 20, { delayMs: 80, jitterMs: 40 })).toBeLessThan(4)
    expect(offBy(0.5, 20, { delayMs: 150, jitterMs: 60 })).toBeLessThan(2)
    expect(offBy(0.95, 20, { delayMs: 150, jitterMs: 60 })).toBeLessThan(6)
    expect(offBy(0.95, 3, { delayMs: 150, jitterMs: 60 })).toBeLessThan(15)
  })

  it('does not mind bursts', () => {
    expect(offBy(0.95, 20, { delayMs: 20, jitterMs: 15, bursts: 300 })).toBeLessThan(3)
    expect(offBy(0.99, 5, { delayMs: 0.3, jitterMs: 0.2, bursts: 300 })).toBeLessThan(0.5)
  })

  it('follows a clock that drifts, on a good link and on a bad one', () => {
    for (const drift of [100e-6, -100e-6, 20e-6]) {
      expect(offBy(0.99, 100, { delayMs: 10, jitterMs: 0.2, drift })).toBeLessThan(1)
      expect(offBy(0.99, 5, { delayMs: 10, jitterMs: 0.2, drift })).toBeLessThan(4)
      expect(offBy(0.95, 20, { delayMs: 80, jitterMs: 40, drift })).toBeLessThan(
        Math.abs(drift) > 50e-6 ? 10 : 5,
      )
    }
  })

  it('cannot know what is always longer one way, and is off by half of it, no more', () => {
    const clock = new ServerClock()
    for (let i = 0; i < 20; i++) clock.add(exchange(i * 1_000, 10, 50))
    expect(clock.serverNow(20_000) - OFFSET - 20_000).toBeCloseTo(-20, 0)
  })

  it('rejects the absurd', () => {
    const clock = new ServerClock()
    expect(clock.add({ t0: 100, t1: OFFSET, t2: OFFSET + 50, t3: 110 })).toBe(false)
    expect(clock.add({ t0: 0, t1: OFFSET, t2: OFFSET, t3: 5_001 })).toBe(false)
    expect(clock.add({ t0: 0, t1: OFFSET + 5, t2: OFFSET, t3: 10 })).toBe(false)
    expect(clock.add({ t0: 10, t1: OFFSET, t2: OFFSET, t3: 0 })).toBe(false)
    expect(clock.add({ t0: 0, t1: Number.NaN, t2: OFFSET, t3: 10 })).toBe(false)
    expect(clock.add({ t0: 0, t1: Number.POSITIVE_INFINITY, t2: Number.POSITIVE_INFINITY, t3: 10 })).toBe(
      false,
    )
    expect(clock.ready).toBe(false)
  })

  it('leaves out an answer that cannot be true, such as one that is hours off', () => {
    const clock = new ServerClock()
    for (let i = 0; i < 8; i++) clock.add(exchange(i * 30, 5, 5))
    const before = clock.serverNow(1_000)
    for (const off of [3_600_000, -3_600_000, 200, -40]) {
      expect(clock.add(exchange(500, 5, 5, OFFSET + off)), `${off}`).toBe(false)
      expect(clock.serverNow(1_000)).toBe(before)
    }
  })

  it('believes several that agree with each other: one of the clocks has slept', () => {
    const clock = new ServerClock()
    for (let i = 0; i < 8; i++) clock.add(exchange(i * 30, 5, 5))
    for (let i = 0; i < 4; i++) clock.add(exchange(1_000 + i * 30, 6, 5, OFFSET + 90_000))
    expect(Math.abs(clock.serverNow(2_000) - OFFSET - 92_000)).toBeLessThan(1)
  })

  it('does not believe several that agree with nothing', () => {
    const clock = new ServerClock()
    for (let i = 0; i < 8; i++) clock.add(exchange(i * 30, 5, 5))
    const before = clock.serverNow(1_000)
    for (let i = 1; i < 9; i++) expect(clock.add(exchange(500 + i, 5, 5, OFFSET + i * 7_000))).toBe(false)
    expect(clock.serverNow(1_000)).toBe(before)
  })

  it('keeps the old estimate after sleep until there is a new one', () => {
    const clock = new ServerClock()
    clock.add(exchange(0, 10, 10))
    clock.forget()
    expect(clock.serverNow(100)).toBeCloseTo(OFFSET + 100, 3)
    clock.add(exchange(200, 30, 30, OFFSET + 7_000))
    expect(clock.serverNow(300)).toBeCloseTo(OFFSET + 7_300, 3)
  })
})
