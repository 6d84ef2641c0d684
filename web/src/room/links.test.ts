import { describe, expect, it } from 'vitest'
import { piecesOf } from './links'

const linksIn = (line: string) =>
  piecesOf(line)
    .filter(({ href }) => href !== undefined)
    .map(({ words }) => words)

describe('piecesOf', () => {
  it.each([
    ['no link', []],
    ['https://example.org', ['https://example.org']],
    ['see HTTP://Example.org/a?b=c#d now', ['HTTP://Example.org/a?b=c#d']],
    ['http://a.example and http://b.example/', ['http://a.example', 'http://b.example/']],
    ['(see https://example.org/film).', ['https://example.org/film']],
    [
      'https://en.wikipedia.org/wiki/The_General_(1926_film)',
      ['https://en.wikipedia.org/wiki/The_General_(1926_film)'],
    ],
    ['“https://example.org/a”, she said…', ['https://example.org/a']],
    ['have you seen https://example.org/?', ['https://example.org/']],
    ['http://localhost:7860/r/AB34CD!!', ['http://localhost:7860/r/AB34CD']],
    ['http://[::1]:7860/', ['http://[::1]:7860/']],
  ])('of %j has the links %j', (line, links) => {
    expect(linksIn(line)).toEqual(links)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'ftp://example.org',
    'example.org',
    'http://',
    'https://?',
    'https://bank.example@elsewhere.example/',
    'https://ana:secret@elsewhere.example/',
  ])('of %j has none', (line) => {
    expect(linksIn(line)).toEqual([])
  })

  it('ends a link before what cannot be seen', () => {
    expect(linksIn('https://example.org/\u202egpj.exe')).toEqual(['https://example.org/'])
    expect(linksIn('https://example.org/\u0000a')).toEqual(['https://example.org/'])
    expect(linksIn('https://example.org/"onclick="a')).toEqual(['https://example.org/'])
  })

  it('says the host as it is where its letters could be others', () => {
    expect(piecesOf('https://аррӏе.com/')[0]).toMatchObject({
      words: 'https://аррӏе.com/',
      host: 'xn--80ak6aa92e.com',
    })
    expect(piecesOf('https://bücher.example')[0]?.host).toBe('xn--bcher-kva.example')
    expect(piecesOf('https://xn--bcher-kva.example')[0]?.host).toBeUndefined()
    expect(piecesOf('https://example.org/bücher')[0]?.host).toBeUndefined()
  })

  it.each(['a https://example.org/x, b http://y.example.', 'https://a.example', '', 'http:// https://:80 x'])(
    'loses nothing of %j',
    (line) => {
      expect(
        piecesOf(line)
          .map(({ words }) => words)
          .join(''),
      ).toBe(line)
    },
  )
})
