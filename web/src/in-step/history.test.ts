import { describe, expect, it } from 'vitest'
import type { MemberSkew } from '../protocol'
import { withHeard, type History } from './history'

const NONE: History = new Map()

function told(member: number, at_ms: number, mean_ms: number): MemberSkew {
  return {
    member,
    latency_ms: 5,
    skew: { at_ms, mean_ms, p50_ms: Math.abs(mean_ms), p95_ms: Math.abs(mean_ms) + 1 },
  }
}

describe('the history of skews', () => {
  it('has a sample for each time that somebody told', () => {
    let history = withHeard(NONE, [told(1, 1_000, 2), told(2, 1_500, -40)], 1_600)
    history = withHeard(history, [told(1, 4_000, 3), told(2, 1_500, -40)], 4_100)
    expect(history.get(1)).toEqual([
      { atMs: 1_000, meanMs: 2, mostlyMs: 3 },
      { atMs: 4_000, meanMs: 3, mostlyMs: 4 },
    ])
    expect(history.get(2)).toEqual([{ atMs: 1_500, meanMs: -40, mostlyMs: 41 }])
  })

  it('forgets what is older than a minute, and whoever has told nothing since', () => {
    let history = withHeard(NONE, [told(1, 1_000, 2), told(2, 1_500, -40)], 1_600)
    history = withHeard(history, [told(1, 61_200, 5)], 61_300)
    expect(history.get(1)).toEqual([{ atMs: 61_200, meanMs: 5, mostlyMs: 6 }])
    expect(history.get(2)).toHaveLength(1)
    expect(withHeard(history, [], 61_600).has(2)).toBe(false)
  })

  it('keeps what somebody told who is away just now, and has nothing of those who tell nothing', () => {
    const history = withHeard(NONE, [told(1, 1_000, 2), { member: 3, latency_ms: 9, skew: null }], 1_600)
    expect(withHeard(history, [], 5_000).get(1)).toHaveLength(1)
    expect(history.has(3)).toBe(false)
  })
})
