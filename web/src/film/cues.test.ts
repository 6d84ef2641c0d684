import { describe, expect, it } from 'vitest'
import { Cues, isAtTop } from './cues'

function cue(startTime: number, endTime: number, text: string) {
  return { startTime, endTime, text }
}

function texts(cues: Cues<ReturnType<typeof cue>>, seconds: number): string {
  return cues
    .at(seconds)
    .map(({ text }) => text)
    .join(' ')
}

describe('the cues at a moment', () => {
  const cues = new Cues([
    cue(20, 21, 'late'),
    cue(1, 3, 'one'),
    cue(3, 5, 'two'),
    cue(4, 6, 'three'),
    cue(2, 30, 'sign'),
  ])

  it('hold from their starts until just before their ends', () => {
    expect(texts(cues, 0.999)).toBe('')
    expect(texts(cues, 1)).toBe('one')
    expect(texts(cues, 2.999)).toBe('one sign')
    expect(texts(cues, 3)).toBe('sign two')
    expect(texts(cues, 5)).toBe('sign three')
  })

  it('are found below shorter ones that are over', () => {
    expect(texts(cues, 19)).toBe('sign')
    expect(texts(cues, 20.5)).toBe('sign late')
    expect(texts(cues, 30)).toBe('')
  })

  it('are none before the film, after it, and of an empty track', () => {
    expect(texts(cues, -1)).toBe('')
    expect(texts(cues, 1e9)).toBe('')
    expect(texts(new Cues([]), 1)).toBe('')
  })

  it('are as slow trials find them, wherever', () => {
    const many = Array.from({ length: 300 }, (_, i) =>
      cue((i * 37) % 100, ((i * 37) % 100) + (i % 7), `${i}`),
    )
    const quick = new Cues(many)
    for (let at = 0; at < 110; at += 0.5) {
      const slow = many.filter(({ startTime, endTime }) => startTime <= at && at < endTime)
      expect(new Set(quick.at(at))).toEqual(new Set(slow))
    }
  })
})

describe('where a cue stands', () => {
  it('is at the top when its line says so', () => {
    expect(isAtTop({ line: 0, snapToLines: true })).toBe(true)
    expect(isAtTop({ line: 10, snapToLines: false })).toBe(true)
  })

  it('is at the bottom else', () => {
    expect(isAtTop({ line: 'auto', snapToLines: true })).toBe(false)
    expect(isAtTop({ line: -1, snapToLines: true })).toBe(false)
    expect(isAtTop({ line: 12, snapToLines: true })).toBe(false)
    expect(isAtTop({ line: 90, snapToLines: false })).toBe(false)
  })
})
