// Positions, clock times, sizes and shares in the form in which people read them.

/** 42:31, or 1:02:03 from an hour on. */
export function positionText(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1_000))
  const seconds = String(all % 60).padStart(2, '0')
  const minutes = Math.floor(all / 60) % 60
  const hours = Math.floor(all / 3_600)
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })

/** The time of day of a moment. */
export function clockText(atMs: number): string {
  return clock.format(atMs)
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
  return `${size < 10 && unit > 0 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`
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

/** Whole percent. */
export function percent(part: number, whole: number): number {
  return whole > 0 ? Math.min(100, Math.floor((100 * part) / whole)) : 0
}

/** What a sound track is called; one that is called by its language's code alone, by that language. */
export function soundText({ name, language }: { name: string; language: string | null }): string {
  if (language === null || language === '' || name !== language) return name
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(language) ?? name
  } catch {
    return name
  }
}
