import { expect, it } from 'vitest'
import { Steady } from './steady'

it('says what has stood for five seconds, and nothing of what comes and goes', () => {
  const steady = new Steady('')
  const said = (word: string, ...times: number[]) => times.map((now) => steady.at(word, now))
  expect(said('in step', 0, 3_000, 5_000, 9_000)).toEqual(['', '', 'in step', 'in step'])
  expect(said('apart', 10_000, 14_000)).toEqual(['in step', 'in step'])
  expect(said('in step', 14_500)).toEqual(['in step'])
  expect(said('apart', 15_000, 19_900, 20_000)).toEqual(['in step', 'in step', 'apart'])
})
