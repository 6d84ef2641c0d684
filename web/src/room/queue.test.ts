import { describe, expect, it } from 'vitest'
import type { Entry, Queue } from '../protocol'
import { before, mayRemove, mayUndo, nextOf, secondsUntil } from './queue'

const entry = (id: number, member: number | null = 1): Entry => ({
  id,
  film: `film-${id}`,
  title: `Film ${id}`,
  duration_ms: null,
  member,
  name: 'Ana',
})
const queue = (entries: Entry[], repeat: Queue['repeat'] = 'off'): Queue => ({
  entries,
  repeat,
  next_at_ms: null,
})
const host = { you: 1, mayControl: true, mayAdd: true }
const guest = { you: 2, mayControl: false, mayAdd: true }

describe('a place in the queue', () => {
  const three = [entry(7), entry(8), entry(9)]

  it('is told by the entry that comes after it', () => {
    expect(before(three, 9, 0)).toBe(7)
    expect(before(three, 9, 1)).toBe(8)
    expect(before(three, 7, 1)).toBe(9)
    expect(before(three, 7, 2)).toBeNull()
  })

  it('is the first or the last where somebody goes beyond', () => {
    expect(before(three, 8, -1)).toBe(7)
    expect(before(three, 8, 99)).toBeNull()
  })

  it('is none where nothing would change', () => {
    expect(before(three, 8, 1)).toBeUndefined()
    expect(before(three, 9, 99)).toBeUndefined()
    expect(before(three, 1, 0)).toBeUndefined()
  })
})

describe('the rights', () => {
  it('let who adds take out their own films, and who controls any', () => {
    expect(mayRemove(entry(1, 1), guest)).toBe(false)
    expect(mayRemove(entry(1, 2), guest)).toBe(true)
    expect(mayRemove(entry(1, 2), { ...guest, mayAdd: false })).toBe(false)
    expect(mayRemove(entry(1, null), host)).toBe(true)
  })

  it('let who adds take back their own changes of the queue, not of the film', () => {
    const undo = { number: 1, what: 'added', member: 2, title: 'Film 1' } as const
    expect(mayUndo(undo, guest)).toBe(true)
    expect(mayUndo({ ...undo, member: 1 }, guest)).toBe(false)
    expect(mayUndo({ ...undo, what: 'skipped' }, guest)).toBe(false)
    expect(mayUndo({ ...undo, what: 'skipped' }, host)).toBe(true)
  })
})

describe('what comes next', () => {
  it('is the first that waits', () => {
    expect(nextOf(queue([entry(1), entry(2)]), 'On')).toEqual({ title: 'Film 1', again: false })
    expect(nextOf(queue([]), 'On')).toBeNull()
  })

  it('is the same once more where it is repeated', () => {
    expect(nextOf(queue([entry(1)], 'film'), 'On')).toEqual({ title: 'On', again: true })
    expect(nextOf(queue([], 'queue'), 'On')).toEqual({ title: 'On', again: true })
    expect(nextOf(queue([entry(1)], 'queue'), 'On')).toEqual({ title: 'Film 1', again: false })
  })
})

it('counts down in whole seconds, and not below none', () => {
  expect([5_000, 4_001, 4_000, 1, 0, -300].map((ms) => secondsUntil(1_000 + ms, 1_000))).toEqual([
    5, 5, 4, 1, 0, 0,
  ])
})
