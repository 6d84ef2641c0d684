import { beforeAll, expect, it } from 'vitest'
import type { Subtitles } from '../protocol'
import { speak } from '../text'
import { aTrack } from './a-track'
import { origin, trackNames } from './names'

function names(...tracks: Partial<Subtitles>[]): string[] {
  return [...trackNames(tracks.map((more, index) => aTrack(`${index}`, more))).values()]
}

beforeAll(() => speak('en'))

it('calls a track by its language, and by what else tells it from others', () => {
  expect(
    names(
      { language: 'ger' },
      { language: 'en', label: 'English' },
      { language: 'en', label: 'Commentary' },
      { language: 'pt-BR', for_deaf: true },
      { language: 'fre', forced: true },
    ),
  ).toEqual([
    'German',
    'English',
    'English, Commentary',
    'Brazilian Portuguese, for the deaf',
    'French, only foreign parts',
  ])
})

it('calls one without a language that is known by its label', () => {
  expect(names({ label: 'Fansub' }, { language: 'und', label: 'x' }, {})).toEqual([
    'Fansub',
    'x',
    'Unknown language',
  ])
})

it('numbers those of one name', () => {
  expect(names({ language: 'de' }, { language: 'deu' }, { language: 'en' })).toEqual([
    'German',
    'German (2)',
    'English',
  ])
})

it('says below the name who added which file', () => {
  const file = { label: 'The General.de', added_by: 'Ana' }
  expect(names({ ...file, language: 'de' }, file)).toEqual(['German', 'The General.de'])
  expect(origin(aTrack('1', { ...file, language: 'de' }))).toBe('The General.de, added by Ana')
  expect(origin(aTrack('1', file))).toBe('added by Ana')
  expect(origin(aTrack('1', { language: 'de' }))).toBeNull()
})

it('speaks the language of the page', async () => {
  await speak('de')
  expect(names({ language: 'eng', for_deaf: true })).toEqual(['Englisch, für Gehörlose'])
  await speak('en')
})
