import { describe, expect, it } from 'vitest'
import { codeFrom, isSpoken, isThisMachine, linkTo } from './code'

describe('codeFrom', () => {
  it.each([
    ['SH7KM3', 'SH7KM3'],
    [' sh7 km3 ', 'SH7KM3'],
    ['sh7-km3', 'SH7KM3'],
    ['https://films.example/r/SH7KM3', 'SH7KM3'],
    ['come: http://127.0.0.1:7861/r/sh7km3?x=1#y please', 'SH7KM3'],
    ['', ''],
    ['  ', ''],
    [' - - ', ''],
    ['%', '%'],
    [' room_1 ', 'room_1'],
    ['Ünï rööm', 'Ünï rööm'],
    ['x?y#z', 'x?y#z'],
    ['a-b c', 'ABC'],
    ['a-b_c', 'a-b_c'],
    ['https://films.example/r/film.night_1', 'film.night_1'],
    ['https://films.example/r/a/b/', 'a/b'],
  ])('%j means %j', (typed, code) => {
    expect(codeFrom(typed)).toBe(code)
  })

  it.each(['SH7KM3', 'room_1', 'Ünï rööm', 'a/b', 'a/', 'x?y#z', '100%', ' _'])(
    'reads back its own link to %j',
    (code) => {
      const link = linkTo(code, 'https://films.example')
      expect(codeFrom(link)).toBe(code)
      expect(codeFrom(new URL(link).pathname)).toBe(code)
    },
  )
})

describe('isSpoken', () => {
  it('is for what can be read out', () => {
    expect(isSpoken('SH7KM3')).toBe(true)
    expect(['', 'room_1', '3F2A9C0E5B7D4E1F8A6C2D9E0B4F7A13'].filter(isSpoken)).toEqual([])
  })
})

describe('isThisMachine', () => {
  it.each(['localhost', '127.0.0.1', '127.1.2.3', '[::1]', '::1'])('knows %s', (host) => {
    expect(isThisMachine(host)).toBe(true)
  })

  it.each(['192.168.1.20', 'films.example', 'localhost.example', '10.127.0.0'])(
    'does not take %s for it',
    (host) => {
      expect(isThisMachine(host)).toBe(false)
    },
  )
})
