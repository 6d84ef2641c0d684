// In which language the page speaks: as the person chose, else as the browser prefers.
import { rememberedLanguage } from '../remembered'
import type { Text } from './en'

/** The languages, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch' }
export type Language = keyof typeof LANGUAGES

let spoken = $state.raw<{ language: Language; text: Text | null }>({ language: 'en', text: null })

export function isLanguage(word: string | null): word is Language {
  return word !== null && Object.hasOwn(LANGUAGES, word)
}

/** The first language of a browser's list that the page has; English if it has none of them. */
export function preferred(tags: readonly string[]): Language {
  return tags.map(base).find(isLanguage) ?? 'en'
}

/** What the person wants: what they chose goes before what their browser says. */
export function wantedLanguage(): Language {
  const chosen = rememberedLanguage()
  return isLanguage(chosen) ? chosen : preferred(ofBrowser())
}

/** Speaks this language from now on. */
export function setLanguage(which: Language, text: Text): void {
  spoken = { language: which, text }
}

export function language(): Language {
  return spoken.language
}

/** The language with the country that the browser adds to it: clock times differ between them. */
export function locale(): string {
  return ofBrowser().find((tag) => base(tag) === spoken.language) ?? spoken.language
}

/** All words of the language that is spoken. */
export function words(): Text {
  if (spoken.text === null) throw new Error('no language is loaded yet')
  return spoken.text
}

/** Unit tests have no browser. */
function ofBrowser(): readonly string[] {
  return typeof navigator === 'undefined' ? [] : navigator.languages
}

function base(tag: string): string {
  return tag.split('-', 1)[0]?.toLowerCase() ?? ''
}
