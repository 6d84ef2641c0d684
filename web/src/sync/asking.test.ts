import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Asking } from './asking'

const AHEAD = 5_000_000

describe('Asking', () => {
  let asked: number[] = []
  let asking: Asking

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'] })
    asked = []
    asking = new Asking((t0) => asked.push(t0))
  })
  afterEach(() => {
    asking.stop()
    vi.useRealTimers()
  })

  /** The server answers what was asked last, `ms` later. */
  function answer(ms = 10): void {
    const t0 = asked.at(-1) ?? Number.NaN
    vi.advanceTimersByTime(ms)
    asking.heard({ t0, t1: t0 + AHEAD + ms / 2, t2: t0 + AHEAD + ms / 2 })
  }

  it('asks eight times quickly, then ever more seldom', () => {
    asking.start()
    for (let i = 0; i < 8; i++) {
      answer()
      vi.advanceTimersByTime(30)
    }
    expect(asked.length).toBe(8)
    for (let left = 120_000; left > 0; left -= 20) {
      const before = asked.length
      vi.advanceTimersByTime(10)
      if (asked.length > before || left === 120_000) answer()
    }
    const gaps = asked.slice(1).map((at, i) => at - (asked[i] ?? at))
    expect(Math.min(...gaps.slice(8))).toBeGreaterThanOrEqual(150)
    expect(gaps.at(-1)).toBeGreaterThanOrEqual(2_900)
    expect(asking.now() - performance.now()).toBeCloseTo(AHEAD, 1)
  })

  it('hears only the answer to the question that is out, and only once', () => {
    asking.start()
    const t0 = asked[0] ?? 0
    asking.heard({ t0: t0 + 3, t1: 9e9, t2: 9e9 })
    expect(asking.clock.ready).toBe(false)
    answer()
    const now = asking.now() - performance.now()
    asking.heard({ t0, t1: 9e9, t2: 9e9 })
    expect(asking.now() - performance.now()).toBe(now)
  })

  it('asks again when an answer does not come, and does not take it when it comes after all', () => {
    asking.start()
    const late = asked[0] ?? 0
    vi.advanceTimersByTime(5_000)
    expect(asked.length).toBe(2)
    asking.heard({ t0: late, t1: late + AHEAD, t2: late + AHEAD })
    expect(asking.clock.ready).toBe(false)
    answer()
    expect(asking.now() - performance.now()).toBeCloseTo(AHEAD, 1)
  })

  it('is not moved when the wall clock is set, but asks quickly', () => {
    asking.start()
    for (let i = 0; i < 8; i++) {
      answer()
      vi.advanceTimersByTime(30)
    }
    const before = asking.now() - performance.now()
    vi.setSystemTime(Date.now() + 3_600_000)
    answer()
    for (let i = 0; i < 6; i++) {
      vi.advanceTimersByTime(200)
      answer()
    }
    expect(asking.now() - performance.now()).toBeCloseTo(before, 1)
  })
})
