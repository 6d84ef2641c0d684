import { describe, expect, it } from 'vitest'
import { codeFrom, isThisMachine, linkTo } from './code'

describe('codeFrom', () => {
  it.each([
    ['SH7KM3', 'SH7KM3'],
    [' sh7 km3 ', 'SH7KM3'],
    ['sh7-km3', 'SH7KM3'],
    ['https://films.example/r/SH7KM3', 'SH7KM3'],
    ['come: http://127.0.0.1:7861/r/sh7km3?x=1#y please', 'SH7KM3'],
    ['', ''],
    ['  ', ''],
    ['%', ''],
  ])('%j means %j', (typed, code) => {
    expect(codeFrom(typed)).toBe(code)
  })

  it('reads back its own links', () => {
    expect(codeFrom(linkTo('SH7KM3', 'https://films.example'))).toBe('SH7KM3')
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
