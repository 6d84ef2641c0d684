import { describe, expect, it } from 'vitest'
import { ServerClock } from './clock'

const OFFSET = 1_700_000_000_000

/** An exchange begun at `t0` with these one-way latencies, against a server that is `offset` ahead. */
function exchange(t0: number, there: number, back: number, offset = OFFSET) {
  const t1 = t0 + there + offset
  return { t0, t1, t2: t1 + 1, t3: t0 + there + 1 + back }
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

  it('trusts the exchanges with the least round trip', () => {
    const clock = new ServerClock()
    for (let i = 0; i < 8; i++) clock.add(exchange(i * 100, 5, i % 2 === 0 ? 5 : 205))
    expect(Math.abs(clock.serverNow(1_000) - OFFSET - 1_000)).toBeLessThan(1)
  })

  it('follows a clock that drifts', () => {
    const clock = new ServerClock()
    const drift = 100e-6
    for (let at = 0; at <= 600_000; at += 3_000) clock.add(exchange(at, 10, 10, OFFSET + at * drift))
    expect(Math.abs(clock.serverNow(600_000) - OFFSET - 600_000 - 60)).toBeLessThan(3)
  })

  it('rejects the absurd', () => {
    const clock = new ServerClock()
    expect(clock.add({ t0: 100, t1: OFFSET, t2: OFFSET + 50, t3: 110 })).toBe(false)
    expect(clock.add({ t0: 0, t1: OFFSET, t2: OFFSET, t3: 5_001 })).toBe(false)
    expect(clock.add({ t0: 0, t1: OFFSET + 5, t2: OFFSET, t3: 10 })).toBe(false)
    expect(clock.add({ t0: 0, t1: Number.NaN, t2: OFFSET, t3: 10 })).toBe(false)
    expect(clock.ready).toBe(false)
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
