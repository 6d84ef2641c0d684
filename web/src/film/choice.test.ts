import { describe, expect, it } from 'vitest'
import type { Subtitles } from '../protocol'
import { aTrack } from './a-track'
import { choose, switchedOn, type Kind } from './choice'

const track = (id: string, language: string | null, more: Partial<Subtitles> = {}) =>
  aTrack(id, { language, url: `/${id}.vtt`, ...more })

function like(language: string | null, more: Partial<Kind> = {}): Kind {
  return { language, label: null, forced: false, for_deaf: false, ...more }
}

const english = track('en', 'eng')
const deaf = track('deaf', 'eng', { for_deaf: true })
const forced = track('forced', 'ger', { forced: true })
const german = track('de', 'ger', { default: true })
const french = track('fr', 'fre', { picture: true, url: null })
const nameless = track('x', null, { label: 'Fansub' })
const all = [deaf, english, forced, german, french, nameless]

describe('the subtitles of a film that is new to somebody', () => {
  it('are none for those who switched them off, also where there are forced ones', () => {
    expect(choose(all, { on: false, like: like('eng') }, ['de'])).toBeNull()
  })

  it('are of the language that was chosen last, however that is written, and of the same kind', () => {
    expect(choose(all, { on: true, like: like('en') }, [])).toBe(english)
    expect(choose(all, { on: true, like: like('en', { for_deaf: true }) }, [])).toBe(deaf)
    expect(choose(all, { on: true, like: like('deu') }, [])).toBe(german)
    expect(choose([deaf], { on: true, like: like('eng') }, [])).toBe(deaf)
  })

  it('are known by their label where they have no language', () => {
    expect(choose(all, { on: true, like: like(null, { label: 'Fansub' }) }, [])).toBe(nameless)
    expect(choose(all, { on: true, like: like(null, { label: 'Other' }) }, [])).toBeNull()
  })

  it('are the forced ones in the language of the browser for all others', () => {
    expect(choose(all, null, ['pl', 'de-AT'])).toBe(forced)
    expect(choose(all, null, ['en-GB'])).toBeNull()
    expect(choose(all, { on: true, like: like('pol') }, ['de'])).toBe(forced)
  })

  it('are never pictures', () => {
    expect(choose(all, { on: true, like: like('fra') }, [])).toBeNull()
  })

  it('may still be on their way', () => {
    const coming = track('it', 'ita', { url: null })
    expect(choose([coming], { on: true, like: like('it') }, [])).toBe(coming)
  })
})

describe('subtitles that are switched on', () => {
  it('are those of last time, else those of the browser, else what the film thinks usual', () => {
    expect(switchedOn(all, { on: false, like: like('en') }, ['de'])).toBe(english)
    expect(switchedOn(all, null, ['fr', 'en'])).toBe(deaf)
    expect(switchedOn(all, null, ['pl'])).toBe(german)
    expect(switchedOn([forced], null, ['pl'])).toBe(forced)
    expect(switchedOn([french], null, ['fr'])).toBeNull()
  })
})
