import { beforeAll, beforeEach, expect, it, vi } from 'vitest'
import type { Subtitles } from '../protocol'
import { rememberSubtitles } from '../remembered'
import { speak } from '../text'
import { aTrack } from './a-track'
import { SubtitleChoice } from './subtitle-choice.svelte'

/** A track that is still being read from the film. */
const track = (id: string, language: string, more: Partial<Subtitles> = {}) =>
  aTrack(id, { language, ...more })

const english = track('1', 'en')
const german = track('2', 'de')
const added = track('3', 'fr', { added_by: 'Ben', removable: true })

beforeAll(() => speak('en'))
beforeEach(() => {
  vi.stubGlobal('navigator', { languages: ['de'] })
  rememberSubtitles({ on: true, like: null })
})

it('goes on with what was chosen in the film before', () => {
  const choice = new SubtitleChoice()
  choice.take('film', [english, german])
  expect(choice.track).toBeNull()
  choice.choose(german)
  choice.take('next', [])
  expect(choice.track).toBeNull()
  choice.take('next', [english, track('9', 'ger')])
  expect(choice.track?.id).toBe('9')
})

it('keeps what is shown while the list changes, and looks for another when that is gone', () => {
  const choice = new SubtitleChoice()
  choice.take('film', [english, german])
  choice.choose(english)
  choice.take('film', [track('0', 'en'), german, english])
  expect(choice.track?.id).toBe('1')
  choice.take('film', [track('0', 'en'), german])
  expect(choice.track?.id).toBe('0')
  choice.take('film', [german])
  expect(choice.track).toBeNull()
})

it('disturbs nobody who has none with what others add', () => {
  const choice = new SubtitleChoice()
  choice.take('film', [english])
  choice.choose(null)
  choice.take('film', [english, added])
  expect(choice.track).toBeNull()
})

it('shows what somebody has added themselves, whether the list or the answer comes first', () => {
  const choice = new SubtitleChoice()
  choice.take('film', [english])
  choice.choose(null)
  choice.expect(added)
  choice.take('film', [english])
  expect(choice.track).toBeNull()
  choice.take('film', [english, added])
  expect(choice.track).toBe(added)

  choice.choose(null)
  choice.expect(added)
  expect(choice.track).toBe(added)
})

it('switches off and on to the same, and says so', () => {
  const choice = new SubtitleChoice()
  choice.take('film', [english, german])
  choice.toggle()
  expect([choice.track, choice.told]).toEqual([german, 'Subtitles: German'])
  choice.choose(english)
  choice.toggle()
  expect([choice.track, choice.told]).toEqual([null, 'Subtitles off'])
  choice.toggle()
  expect(choice.track).toBe(english)
  choice.end()
})

it('remembers the delay of each film, in tenths that do not drift', () => {
  const choice = new SubtitleChoice()
  choice.take('film', [english])
  choice.delayBy(100)
  expect(choice.delayMs, 'nothing to delay').toBe(0)
  choice.choose(english)
  for (let times = 0; times < 3; times++) choice.delayBy(100)
  choice.take('next', [english])
  expect(choice.delayMs).toBe(0)
  choice.take('film', [english])
  expect([choice.delayMs, choice.told]).toEqual([300, 'Subtitles 0.3 s later'])
  choice.end()
})
