import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FLOATING_MAX, Floats } from './floats.svelte'

describe('reactions', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('that came together float as one, with their count', () => {
    const floats = new Floats()
    floats.heard([{ emoji: '👏', count: 3 }])
    expect(floats.shown).toEqual([{ id: 1, emoji: '👏', count: 3 }])
  })

  it('are never more than fit, and the newest stay', () => {
    const floats = new Floats()
    for (let count = 1; count <= FLOATING_MAX + 5; count += 1) floats.heard([{ emoji: '❤️', count }])
    expect(floats.shown).toHaveLength(FLOATING_MAX)
    expect(floats.shown.at(-1)?.count).toBe(FLOATING_MAX + 5)
  })

  it('go by themselves', () => {
    const floats = new Floats()
    floats.heard([{ emoji: '👏', count: 1 }])
    vi.runAllTimers()
    expect(floats.shown).toEqual([])
  })

  it('are told now and then, those of the time between together', () => {
    const floats = new Floats()
    floats.heard([{ emoji: '👏', count: 1 }])
    floats.heard([{ emoji: '😂', count: 1 }])
    floats.heard([{ emoji: '❤️', count: 1 }])
    expect(floats.told).toEqual(['👏'])
    vi.advanceTimersByTime(5_000)
    expect(floats.told).toEqual(['😂', '❤️'])
    vi.advanceTimersByTime(5_000)
    expect(floats.told).toEqual([])
  })
})
