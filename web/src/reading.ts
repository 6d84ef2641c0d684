// Positions, clock times, sizes, shares and lists in the form in which people read them, in the page's language.
import { locale } from './text/language.svelte'

interface Formats {
  locale: string
  clock: Intl.DateTimeFormat
  day: Intl.DateTimeFormat
  number: Intl.NumberFormat
  tenths: Intl.NumberFormat
  percent: Intl.NumberFormat
  list: Intl.ListFormat
  plural: Intl.PluralRules
  languages: Intl.DisplayNames
}

let made: Formats | null = null

/** The formats are made once for a language: making one takes longer than using it. */
function formats(): Formats {
  const now = locale()
  if (made?.locale !== now) {
    made = {
      locale: now,
      clock: new Intl.DateTimeFormat(now, { timeStyle: 'short' }),
      day: new Intl.DateTimeFormat(now, { weekday: 'long', day: 'numeric', month: 'long' }),
      number: new Intl.NumberFormat(now),
      tenths: new Intl.NumberFormat(now, { minimumFractionDigits: 1, maximumFractionDigits: 1 }),
      percent: new Intl.NumberFormat(now, { style: 'percent' }),
      list: new Intl.ListFormat(now, { type: 'conjunction' }),
      plural: new Intl.PluralRules(now),
      languages: new Intl.DisplayNames([now], { type: 'language', fallback: 'none' }),
    }
  }
  return made
}

/** 1,250 or 1.25. */
export function numberText(value: number): string {
  return formats().number.format(value)
}

/** A share of 0 to 100. */
export function percentText(value: number): string {
  return formats().percent.format(value / 100)
}

/** Ana, Ben, and Cleo. */
export function listText(names: readonly string[]): string {
  return formats().list.format(names)
}

/** The form that goes with a number; languages that have more forms than these two give more. */
export function plural(
  count: number,
  forms: { one: string; other: string } & Partial<Record<Intl.LDMLPluralRule, string>>,
): string {
  return forms[formats().plural.select(count)] ?? forms.other
}

/** 42:31, or 1:02:03 from an hour on. */
export function positionText(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1_000))
  const seconds = String(all % 60).padStart(2, '0')
  const minutes = Math.floor(all / 60) % 60
  const hours = Math.floor(all / 3_600)
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

/** The time of day of a moment. */
export function clockText(atMs: number): string {
  return formats().clock.format(atMs)
}

/** The day of a moment, where it is another one than that of the moment before; null on the same day. */
export function newDayText(atMs: number, beforeMs: number): string | null {
  const isSame = new Date(atMs).toDateString() === new Date(beforeMs).toDateString()
  return isSame ? null : formats().day.format(atMs)
}

/** 1.4 GB. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let size = bytes
  let unit = 0
  while (size >= 1_000 && unit < units.length - 1) {
    size /= 1_000
    unit += 1
  }
  const { tenths, number } = formats()
  return `${size < 10 && unit > 0 ? tenths.format(size) : number.format(Math.round(size))} ${units[unit]}`
}

/** 40 s, 12 min, 1 h 20 min: how long something takes, as exactly as one wants to know. */
export function spanText(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1_000))
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return rest > 0 ? `${Math.floor(minutes / 60)} h ${rest} min` : `${minutes / 60} h`
}

/** 3.4 ms, 120 ms, 1.2 s: how far apart two things are, whichever is ahead. */
export function apartText(ms: number): string {
  const tenths = (value: number) => numberText(Math.round(value * 10) / 10)
  const size = Math.abs(ms)
  if (size >= 1_000) return `${tenths(size / 1_000)} s`
  return `${size < 10 ? tenths(size) : numberText(Math.round(size))} ms`
}

/** Whole percent. */
export function percent(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, Math.floor((100 * part) / whole)) : 0
}

/** The language that a code stands for, as its shortest code, so that eng, en and en-GB are the same; null if it is none. */
export function languageOf(code: string | null): string | null {
  try {
    return code === null ? null : (new Intl.Locale(code).language ?? null)
  } catch {
    return null
  }
}

/** What a language is called; null if its code is none that is known. */
export function languageText(code: string | null): string | null {
  try {
    return code === null ? null : (formats().languages.of(code) ?? null)
  } catch {
    return null
  }
}

/** What a sound track is called; one that is called by its language's code alone, by that language. */
export function soundText({ name, language }: { name: string; language: string | null }): string {
  return name === language ? (languageText(language) ?? name) : name
}
