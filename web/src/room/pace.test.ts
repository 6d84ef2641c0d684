import { describe, expect, test } from 'vitest'
import { Pace } from './pace'

describe('the pace of an upload', () => {
  test('is what came over the last seconds', () => {
    const pace = new Pace()
    for (let at = 0; at <= 20_000; at += 250)
      pace.note(at < 10_000 ? at * 10 : 100_000 + (at - 10_000) * 2, at)
    expect(pace.speed(20_000)).toBeCloseTo(2_000, -2)
  })

  test('cannot be said at first, after a pause, and when nothing comes', () => {
    const pace = new Pace()
    expect(pace.speed(0)).toBeNull()
    pace.note(0, 0)
    pace.note(5_000, 100)
    expect(pace.speed(100)).toBeNull()
    pace.note(50_000, 1_000)
    expect(pace.speed(1_000)).toBe(50_000)
    expect(pace.stalled(4_000)).toBe(false)
    expect(pace.stalled(5_000)).toBe(true)
    expect(pace.speed(5_000)).toBeNull()
    pace.restart()
    expect(pace.stalled(9_000)).toBe(false)
  })

  test('does not run backwards', () => {
    const pace = new Pace()
    pace.note(1_000_000, 0)
    pace.note(2_000_000, 1_000)
    pace.note(500_000, 2_000)
    pace.note(600_000, 3_000)
    expect(pace.speed(3_000)).toBe(100_000)
  })
})
