import { describe, expect, it } from 'vitest'
import type { Sample } from './history'
import { FRAME_MS, heightOf, pathOf, scaleOf } from './plot'

const line = (...samples: [atMs: number, meanMs: number][]): Sample[] =>
  samples.map(([atMs, meanMs]) => ({ atMs, meanMs, mostlyMs: Math.abs(meanMs) }))

describe('the scale', () => {
  it.each([
    [[], 50],
    [[line([0, 3], [1, -50])], 50],
    [[line([0, 3]), line([1, -51])], 100],
    [[line([0, 640])], 1_000],
    [[line([0, -10_000])], 10_000],
  ])('reaches as far as the lines, and no nearer than one frame', (lines, scale) => {
    expect(scaleOf(lines)).toBe(scale)
    expect(heightOf(FRAME_MS, scaleOf(lines))).toBeLessThan(50)
  })
})

describe('a line', () => {
  it('has now at the right, a minute ago at the left, and being ahead above the middle', () => {
    expect(pathOf(line([40_000, 0], [43_000, 25], [46_000, -50]), 50, 100_000)).toBe('M0 50h0L5 25L10 100')
    expect(pathOf(line([100_000, 50]), 50, 100_000)).toBe('M100 0h0')
  })

  it('leaves out what is older than a minute', () => {
    expect(pathOf(line([39_000, 10], [42_000, 0]), 50, 100_000)).toBe('M3.33 50h0')
    expect(pathOf(line([1_000, 10]), 50, 100_000)).toBe('')
  })

  it('is broken where the film stood still', () => {
    expect(pathOf(line([70_000, 0], [73_000, 0], [97_000, 0]), 50, 100_000)).toBe('M50 50h0L55 50M95 50h0')
  })
})
