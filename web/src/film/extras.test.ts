import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { getExtras } from '../api'
import type { FilmExtras } from '../protocol'
import { speak } from '../text'
import { Extras } from './extras.svelte'

vi.mock('../api', { spy: true })

const URL = '/api/films/f/extras/1'
const KNOWN: FilmExtras = { poster: '/poster', storyboard: null, chapters: [], subtitles: [], making: false }

/** How often it is asked for again. */
const RETRY_MS = 3_000

let extras: Extras
/** The answer to the newest question. */
let answer: (known: FilmExtras | null) => Promise<void>

beforeAll(() => speak('en'))
beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('navigator', { languages: ['en'] })
  vi.mocked(getExtras)
    .mockReset()
    .mockImplementation(
      () =>
        new Promise((resolve, reject) => {
          answer = async (known) => {
            if (known === null) reject(new Error('403'))
            else resolve(known)
            await vi.advanceTimersByTimeAsync(0)
          }
        }),
    )
  extras = new Extras('ABCDE')
  extras.follow('f', URL)
})
afterEach(() => {
  extras.end()
  vi.useRealTimers()
})

it('asks again when it was refused', async () => {
  await answer(null)
  await vi.advanceTimersByTimeAsync(RETRY_MS)
  expect(getExtras).toHaveBeenCalledTimes(2)
  await answer(KNOWN)
  expect(extras.known).toEqual(KNOWN)
})

it('asks no more once it has ended, also when an answer was still to come', async () => {
  extras.end()
  await answer(null)
  await vi.advanceTimersByTimeAsync(10 * RETRY_MS)
  expect(getExtras).toHaveBeenCalledTimes(1)
})
