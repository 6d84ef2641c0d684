// What tracks of subtitles are called: by their language, and by what else tells one from another.
import type { Subtitles } from '../protocol'
import { languageText } from '../reading'
import { text } from '../text'

/** The name of each track, by its id; those that would have one name are numbered. */
export function trackNames(tracks: readonly Subtitles[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const times = new Map<string, number>()
  for (const track of tracks) {
    const name = nameOf(track)
    const time = (times.get(name) ?? 0) + 1
    times.set(name, time)
    names.set(track.id, time === 1 ? name : `${name} (${time})`)
  }
  return names
}

/** What stands below the name of a track that somebody has added: the file, where it is not the name already, and who. */
export function origin({ language, label, added_by }: Subtitles): string | null {
  if (added_by === null) return null
  return languageText(language) === null
    ? text.tracks.addedBy(added_by)
    : text.tracks.addedAs(label, added_by)
}

function nameOf({ language, label, forced, for_deaf, added_by }: Subtitles): string {
  const tongue = languageText(language)
  const says = tongue !== null && added_by === null && label?.toLowerCase() !== tongue.toLowerCase()
  const more = [
    says ? label : null,
    for_deaf ? text.tracks.forDeaf : null,
    forced ? text.tracks.forced : null,
  ]
  return [tongue ?? label ?? text.tracks.nameless, ...more.filter((part) => part !== null)].join(', ')
}
