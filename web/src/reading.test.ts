import { describe, expect, it } from 'vitest'
import { apartText, newDayText, percent, positionText, sizeText, soundText, spanText } from './reading'

describe('positionText', () => {
  it.each([
    [0, '0:00'],
    [59_999, '0:59'],
    [2_551_000, '42:31'],
    [3_723_000, '1:02:03'],
    [-5, '0:00'],
  ])('%d ms is %s', (ms, read) => {
    expect(positionText(ms)).toBe(read)
  })
})

describe('newDayText', () => {
  it('names a day only where it begins', () => {
    const evening = new Date(2026, 10, 25, 23, 59).getTime()
    const night = new Date(2026, 10, 26, 0, 1).getTime()
    expect(newDayText(night, evening)).toBe('Thursday, November 26')
    expect(newDayText(evening, evening - 3_600_000)).toBeNull()
  })
})

describe('sizeText', () => {
  it.each([
    [900, '900 B'],
    [1_400_000_000, '1.4 GB'],
    [52_000_000, '52 MB'],
  ])('%d bytes are %s', (bytes, read) => {
    expect(sizeText(bytes)).toBe(read)
  })
})

describe('spanText', () => {
  it.each([
    [0, '1 s'],
    [41_000, '41 s'],
    [59_600, '1 min'],
    [720_000, '12 min'],
    [3_600_000, '1 h'],
    [4_800_000, '1 h 20 min'],
  ])('%d ms are %s', (ms, read) => {
    expect(spanText(ms)).toBe(read)
  })
})

describe('apartText', () => {
  it.each([
    [0, '0 ms'],
    [-3.44, '3.4 ms'],
    [119.6, '120 ms'],
    [-1_240, '1.2 s'],
  ])('%d ms are %s', (ms, read) => {
    expect(apartText(ms)).toBe(read)
  })
})

describe('percent', () => {
  it('never leaves 0 to 100', () => {
    expect(percent(1, 3)).toBe(33)
    expect(percent(5, 0)).toBe(0)
    expect(percent(7, 5)).toBe(100)
  })
})

describe('soundText', () => {
  it.each([
    ['eng', 'eng', 'English'],
    ['Commentary', 'eng', 'Commentary'],
    ['Sound', null, 'Sound'],
    ['no code', 'no code', 'no code'],
  ])('%s in %s is %s', (name, language, read) => {
    expect(soundText({ name, language })).toBe(read)
  })
})
