import { describe, expect, it } from 'vitest'
import { Skews, type Skew } from './skews'

const TICK_MS = 50

/** What is told of samples that come every 50 ms. */
function told(samples: readonly (number | null)[]): Skew[] {
  const skews = new Skews()
  const all = samples.map((sample, index) => skews.add(sample, 1_000 + index * TICK_MS))
  return all.filter((one) => one !== null)
}

const many = (count: number, sample: (index: number) => number | null) =>
  Array.from({ length: count }, (_, index) => sample(index))

describe('what is told of our skew', () => {
  it('is told every three seconds', () => {
    expect(told(many(60, () => 4))).toEqual([])
    expect(told(many(61, () => 4))).toEqual([{ mean_ms: 4, p50_ms: 4, p95_ms: 4 }])
    expect(told(many(610, () => 4))).toHaveLength(10)
  })

  it('has a sign in the mean alone, and a hitch in none but the furthest', () => {
    const [skew] = told(many(61, (index) => (index === 30 ? -700 : index % 2 === 0 ? -6 : -2)))
    expect(skew?.p50_ms).toBe(6)
    expect(skew?.p95_ms).toBe(6)
    expect(skew?.mean_ms).toBeCloseTo(-15.41, 2)
  })

  it('is of one stretch of playing', () => {
    expect(told(many(200, (index) => (index % 50 === 49 ? null : 4)))).toEqual([])
    const paused = [...many(40, () => 900), null, ...many(61, () => 4)]
    expect(told(paused)).toEqual([{ mean_ms: 4, p50_ms: 4, p95_ms: 4 }])
  })

  it('says nothing of few samples', () => {
    const skews = new Skews()
    for (let index = 0; index < 19; index += 1) expect(skews.add(4, index * 1_000)).toBeNull()
    expect(skews.add(4, 19_000)).not.toBeNull()
  })

  it('is never absurd', () => {
    const samples = [Number.NaN, Number.POSITIVE_INFINITY, ...many(61, () => -3_600_000)]
    expect(told(samples)).toEqual([{ mean_ms: -10_000, p50_ms: 10_000, p95_ms: 10_000 }])
  })
})
