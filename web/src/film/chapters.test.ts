import { expect, it } from 'vitest'
import { besideChapter, chapterAt } from './chapters'

const chapters = [0, 60_000, 120_000].map((start_ms) => ({ start_ms, title: null }))

it('knows the chapter at a position', () => {
  expect([0, 59_999, 60_000, 500_000].map((ms) => chapterAt(chapters, ms))).toEqual([0, 0, 1, 2])
  expect(chapterAt(chapters.slice(1), 0)).toBe(-1)
})

it('goes to the next one, as long as there is one', () => {
  expect(besideChapter(chapters, 59_999, 'next')).toBe(60_000)
  expect(besideChapter(chapters, 60_000, 'next')).toBe(120_000)
  expect(besideChapter(chapters, 130_000, 'next')).toBeNull()
  expect(besideChapter([], 0, 'next')).toBeNull()
})

it('goes back to the start of this one, and soon after that to the one before', () => {
  expect(besideChapter(chapters, 90_000, 'before')).toBe(60_000)
  expect(besideChapter(chapters, 61_000, 'before')).toBe(0)
  expect(besideChapter(chapters, 1_000, 'before')).toBe(0)
  expect(besideChapter([], 1_000, 'before')).toBeNull()
})
