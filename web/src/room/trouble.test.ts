import { describe, expect, it } from 'vitest'
import { passes, troubleOf, type Whereabouts } from './trouble'

const OURS: Whereabouts = { kind: 'file', ours: true, mixed: false }
const FILE: Whereabouts = { kind: 'file', ours: false, mixed: false }
const STREAM: Whereabouts = { kind: 'hls', ours: false, mixed: false }

describe('troubleOf', () => {
  it('tells of films of this server', () => {
    expect(troubleOf('unplayable', 'there', OURS)).toBe('unplayable')
    expect(troubleOf('cutOff', 'there', OURS)).toBe('broken')
    expect(troubleOf('unplayable', 'gone', OURS)).toBe('gone')
    expect(troubleOf('unplayable', 'unreachable', OURS)).toBe('broken')
  })

  it('tells of links by what their sites say', () => {
    expect(troubleOf('unplayable', 'gone', FILE)).toBe('linkGone')
    expect(troubleOf('cutOff', 'forbidden', STREAM)).toBe('linkForbidden')
    expect(troubleOf('unplayable', 'unreachable', FILE)).toBe('linkUnreachable')
    expect(troubleOf('cutOff', 'there', STREAM)).toBe('broken')
    expect(troubleOf('unplayable', 'there', FILE)).toBe('linkUnplayable')
  })

  it('knows what a site does not let our script read', () => {
    expect(troubleOf('cutOff', 'hidden', STREAM)).toBe('linkForbidden')
    expect(troubleOf('unplayable', 'hidden', FILE)).toBe('linkUnplayable')
    expect(troubleOf('cutOff', 'hidden', FILE)).toBe('broken')
  })

  it('blames a link without encryption only when nothing came', () => {
    expect(troubleOf('unplayable', 'unreachable', { ...FILE, mixed: true })).toBe('linkUnsafe')
    expect(troubleOf('unplayable', 'gone', { ...FILE, mixed: true })).toBe('linkGone')
  })

  it('believes what YouTube says of itself', () => {
    expect(troubleOf('youtubeKept', 'hidden', { kind: 'youtube', ours: false, mixed: false })).toBe(
      'youtubeKept',
    )
  })

  it('tries again what may mend', () => {
    expect(passes('broken')).toBe(true)
    expect(passes('linkUnreachable')).toBe(true)
    expect(passes('linkGone')).toBe(false)
  })
})
