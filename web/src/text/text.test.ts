// The languages beside each other: the compiler compares their shapes, this what the compiler cannot see.
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'svelte/compiler'
import { afterEach, describe, expect, it } from 'vitest'
import * as reading from '../reading'
import { speak, text, told } from '.'
import { de } from './de'
import { en } from './en'
import { preferred } from './language.svelte'

const english = en(reading)
const german = de(reading)

/** Refusals that no person meets on the page: they tell programs what they did wrong. */
const FOR_PROGRAMS = new Set([
  'already_in',
  'bad_body',
  'bad_query',
  'bad_upload',
  'binary',
  'body_too_large',
  'hello_first',
  'malformed',
  'metrics_elsewhere',
  'other_origin',
  'tab_invalid',
  'tab_taken',
  'tus_version',
  'upgrade_required',
  'websocket_key',
  'websocket_version',
  'wrong_content_type',
  'wrong_method',
  'wrong_offset',
])

/** Every text by its path, but for the refusals: English leaves them to the server. */
function leaves(part: unknown, path = ''): [string, unknown][] {
  if (typeof part !== 'object' || part === null || path === '.refusals') return [[path, part]]
  return Object.entries(part).flatMap(([key, value]) => leaves(value, `${path}.${key}`))
}

function shape(language: object): string[] {
  return leaves(language).map(([path, leaf]) => `${path}: ${typeof leaf}`)
}

function refusalsOf(document: string, code: RegExp): string[] {
  const written = readFileSync(new URL(`../../../docs/${document}`, import.meta.url), 'utf8')
  return [...written.matchAll(code)].flatMap(([, found]) => found ?? [])
}

/** Attributes that people read or hear. */
const READ = new Set([
  'alt',
  'aria-label',
  'aria-roledescription',
  'aria-valuetext',
  'label',
  'placeholder',
  'title',
])

/** Words that a component's markup has of its own. */
function ownWords(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return []
  if (Array.isArray(node)) return node.flatMap(ownWords)
  const { type, name, data } = node as { type?: string; name?: string; data?: string }
  if (type === 'StyleDirective' || (type === 'Attribute' && !READ.has(name ?? ''))) return []
  // One letter alone is a picture of letters.
  if (type === 'Text' && /\p{L}{2}/u.test(data ?? '')) return [data ?? '']
  return Object.values(node).flatMap(ownWords)
}

afterEach(() => speak('en'))

describe('the languages', () => {
  it('have the same shape', () => {
    expect(shape(german)).toEqual(shape(english))
  })

  it.each([
    ['English', english],
    ['German', german],
  ])('say something everywhere in %s', (_, language) => {
    const empty = leaves(language).filter(([, leaf]) => typeof leaf === 'string' && leaf.trim() === '')
    expect(empty).toEqual([])
    expect(Object.values(language.refusals).filter((words) => words.trim() === '')).toEqual([])
  })

  it('have German words for every refusal that a person can meet', () => {
    const codes = new Set([
      ...refusalsOf('protocol.md', /^\| `([a-z_]+)` \| [A-Z]/gm),
      ...refusalsOf('openapi.json', /"code": "([a-z_]+)"/g),
    ])
    expect(codes.size).toBeGreaterThan(40)
    expect([...codes].filter((code) => !(code in german.refusals) && !FOR_PROGRAMS.has(code))).toEqual([])
    expect([...FOR_PROGRAMS].filter((code) => code in german.refusals || !codes.has(code))).toEqual([])
  })
})

describe('the components', () => {
  const folder = new URL('../', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.svelte'),
  )

  it.each(files)('%s has no words of its own', (file) => {
    const { fragment } = parse(readFileSync(new URL(file, folder), 'utf8'), { modern: true })
    expect(ownWords(fragment)).toEqual([])
  })
})

describe('what is said', () => {
  it('is in the language that is spoken', async () => {
    const refused = { code: 'not_host', message: 'Only hosts can do that. Ask a host to make you one.' }
    await speak('en')
    expect(text.home.start).toBe('Start a party')
    expect(told(refused)).toBe(refused.message)
    await speak('de')
    expect(text.home.start).toBe('Party starten')
    expect(told(refused)).toBe('Das können nur Hosts. Bitte einen Host, dich zum Host zu machen.')
  })

  it('is what the server says where there is no translation', async () => {
    await speak('de')
    expect(told({ code: 'of_tomorrow', message: 'Something new.' })).toBe('Something new.')
  })

  it('has the forms and figures of its language', async () => {
    await speak('en')
    expect([text.door.there(0), text.door.there(1), text.door.there(1_200)]).toEqual([
      'Nobody is in yet.',
      'One person is in.',
      '1,200 people are in.',
    ])
    expect(text.screen.buffering(['Ana', 'Ben'])).toBe('Ana and Ben are buffering')
    expect(text.screen.held(['Ben'], 2, 3)).toBe('Waiting for Ben, 2 s buffered · going on in 3 s')
    expect(text.screen.held(['Ana', 'Ben', 'Cleo'], null, 3)).toBe('Waiting for 3 people · going on in 3 s')
    expect(text.screen.filmWaits(40)).toBe(
      'The film is still being made: 40% of it is there. It goes on by itself when there is enough.',
    )
    expect(text.screen.filmWaits(null)).toBe(
      'The film is still being made. It goes on by itself when there is enough.',
    )
    await speak('de')
    expect([text.door.there(0), text.door.there(1), text.door.there(1_200)]).toEqual([
      'Noch ist niemand da.',
      'Eine Person ist da.',
      '1.200 Leute sind da.',
    ])
    expect(text.screen.buffering(['Ana', 'Ben'])).toBe('Bei Ana und Ben lädt der Film')
    expect(text.screen.filmWaits(null)).toBe(
      'Der Film wird noch vorbereitet. Er geht von selbst weiter, sobald genug da ist.',
    )
    expect(text.screen.held(['Ben'], 2, 3)).toBe('Warten auf Ben, 2 s geladen · weiter in 3 s')
    expect(text.controls.times(1.25)).toBe('1,25×')
    expect(text.upload.percent(42)).toBe('42\u00a0%')
  })
})

describe('preferred', () => {
  it.each([
    [['de-AT', 'en'], 'de'],
    [['fr', 'de-DE', 'en'], 'de'],
    [['en-GB', 'de'], 'en'],
    [['fr', 'constructor'], 'en'],
    [[], 'en'],
  ])('of %j is %s', (tags, language) => {
    expect(preferred(tags)).toBe(language)
  })
})
