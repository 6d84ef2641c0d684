// A track of subtitles, for tests.
import type { Subtitles } from '../protocol'

/** Of no language, and still being read from the film, where nothing else is said. */
export function aTrack(id: string, more: Partial<Subtitles> = {}): Subtitles {
  return {
    id,
    label: null,
    language: null,
    url: null,
    picture: false,
    default: false,
    forced: false,
    for_deaf: false,
    added_by: null,
    removable: false,
    ...more,
  }
}
