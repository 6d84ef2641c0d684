// Where a film's chapters are. Pure; the list is sorted by its starts.
import type { Chapter } from '../protocol'

/** Going back so soon after a chapter's start leads to the one before. */
const JUST_BEGUN_MS = 3_000

/** The number of the chapter at a position; -1 before the first. */
export function chapterAt(chapters: readonly Chapter[], positionMs: number): number {
  return chapters.findLastIndex(({ start_ms }) => start_ms <= positionMs)
}

/** Where the next chapter begins, or the one before; null where there is none. */
export function besideChapter(
  chapters: readonly Chapter[],
  positionMs: number,
  way: 'next' | 'before',
): number | null {
  if (way === 'next') return chapters[chapterAt(chapters, positionMs) + 1]?.start_ms ?? null
  if (chapters.length === 0) return null
  return chapters[chapterAt(chapters, positionMs - JUST_BEGUN_MS)]?.start_ms ?? 0
}
