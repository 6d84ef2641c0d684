// Which subtitles somebody gets who has not chosen any for this film yet: those most like what they chose last. Pure.
import type { Subtitles } from '../protocol'
import { languageOf } from '../reading'

/** What makes one track like another, over films. */
export type Kind = Pick<Subtitles, 'language' | 'label' | 'forced' | 'for_deaf'>

/** What somebody chose last: whether they want any, and which. */
export interface Wish {
  on: boolean
  like: Kind | null
}

/** Whether there is, or will be, something to show of it. */
function isText({ picture, url }: Subtitles): boolean {
  return url !== null || !picture
}

/** The track to show. `languages` are those of the browser, the dearest first. */
export function choose(
  tracks: readonly Subtitles[],
  wish: Wish | null,
  languages: readonly string[],
): Subtitles | null {
  if (wish?.on === false) return null
  const like = wish === null ? null : mostLike(tracks, wish.like)
  return like ?? forcedIn(tracks, languages)
}

/** The track that is switched on by somebody who says no more than that. */
export function switchedOn(
  tracks: readonly Subtitles[],
  wish: Wish | null,
  languages: readonly string[],
): Subtitles | null {
  const spoken = tracks.filter((track) => isText(track) && !track.forced)
  const [language] = languages.flatMap((one) => spoken.filter((track) => isIn(track, one)))
  const usual = spoken.find((track) => track.default) ?? spoken[0] ?? tracks.find(isText)
  return mostLike(tracks, wish?.like ?? null) ?? language ?? usual ?? null
}

/** The track of the same language that has most else in common; one without a language is known by its label. */
function mostLike(tracks: readonly Subtitles[], like: Kind | null): Subtitles | null {
  if (like === null) return null
  const same = tracks.filter((track) =>
    like.language === null
      ? track.language === null && track.label === like.label
      : isIn(track, like.language),
  )
  const [best] = same.filter(isText).toSorted((one, other) => likeness(other, like) - likeness(one, like))
  return best ?? null
}

/** Forced subtitles translate what everybody who follows the sound would miss. */
function forcedIn(tracks: readonly Subtitles[], languages: readonly string[]): Subtitles | null {
  const forced = tracks.filter((track) => track.forced && isText(track))
  return languages.flatMap((language) => forced.filter((track) => isIn(track, language)))[0] ?? null
}

function isIn({ language }: Kind, wanted: string): boolean {
  const base = languageOf(wanted)
  return base !== null && languageOf(language) === base
}

function likeness(track: Subtitles, like: Kind): number {
  return (
    (track.forced === like.forced ? 8 : 0) +
    (track.for_deaf === like.for_deaf ? 4 : 0) +
    (track.label === like.label ? 2 : 0) +
    (track.language === like.language ? 1 : 0)
  )
}
