import { describe, expect, it } from 'vitest'
import { linkOf } from './link'

describe('linkOf', () => {
  it('takes links of the web, and nothing around them', () => {
    expect(linkOf(' https://a.example/b.mp4?c#d\n')).toBe('https://a.example/b.mp4?c#d')
    expect(linkOf('HTTP://a.example')).toBe('HTTP://a.example')
  })

  it('takes nothing else', () => {
    for (const text of [
      '',
      'a.example/b.mp4',
      'javascript:alert(1)',
      'ftp://a.example/b',
      'https://',
      'https:///b',
    ])
      expect(linkOf(text), text).toBeNull()
    expect(linkOf('watch https://a.example/b.mp4')).toBeNull()
    expect(linkOf('https://a.example/b.mp4 https://a.example/c.mp4')).toBeNull()
  })
})
