// Every word that the page says, in the language that is spoken now. What shows it, shows it anew in another language.
import { apartText, listText, numberText, percentText, plural, positionText, spanText } from '../reading'
import type { Reading, Text } from './en'
import { setLanguage, words, type Language } from './language.svelte'

/** Each is fetched when it is spoken. */
const TEXTS: Record<Language, () => Promise<(read: Reading) => Text>> = {
  en: async () => (await import('./en')).en,
  de: async () => (await import('./de')).de,
}

export const text = new Proxy({} as Text, { get: (_, part) => words()[part as keyof Text] })

/** Speaks another language from now on; throws where its words cannot be had. */
export async function speak(language: Language): Promise<void> {
  const write = await TEXTS[language]()
  setLanguage(
    language,
    write({ apartText, listText, numberText, percentText, plural, positionText, spanText }),
  )
}

/** A refusal in the page's language; in the server's own words where the page has none for it. */
export function told({ code, message }: { code: string; message: string }): string {
  return text.refusals[code] ?? message
}
