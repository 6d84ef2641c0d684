import { beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../api'
import { toasts } from '../ui/toasts.svelte'
import { InPlace } from './in-place.svelte'

const NOT_HOST = new Refusal('not_host', 'Only hosts can do that.')
const LONG = new Refusal('name_too_long', 'That name is too long.')
const clear = { type: 'queue_clear' } as const

const field = (code: string) => (code === 'name_too_long' ? 1 : 'head')

/** What the server answers next. */
let answer: Refusal | null
let end: () => void
let place: InPlace<number | 'head'>

beforeEach(() => {
  answer = null
  place = new InPlace({ ask: () => Promise.resolve(answer) }, (ends) => (end = ends))
})

describe('InPlace', () => {
  it('says what was refused at its place, until something is asked for again', async () => {
    answer = NOT_HOST
    expect(await place.ask(clear, 7)).toBe(false)
    expect([place.at(7), place.at('head'), place.where]).toEqual([NOT_HOST.message, null, 7])
    answer = null
    expect(await place.ask(clear, 'head')).toBe(true)
    expect([place.at(7), place.where]).toEqual([null, null])
    expect(toasts()).toEqual([])
  })

  it('finds the place by what was refused', async () => {
    answer = LONG
    await place.ask(clear, field)
    expect(place.at(1)).toBe(LONG.message)
    answer = NOT_HOST
    await place.ask(clear, field)
    expect([place.at(1), place.at('head')]).toEqual([null, NOT_HOST.message])
  })

  it('lets it pass over the page when the place is gone', async () => {
    answer = NOT_HOST
    const asked = place.ask(clear, 7)
    end()
    expect(await asked).toBe(false)
    expect(place.at(7)).toBe(null)
    expect(toasts().map(({ text }) => text)).toEqual([NOT_HOST.message])
  })
})
