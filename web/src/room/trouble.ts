// What is wrong with a film, here: from what its player says and from what is found at its address. Pure.
import type { Found } from '../api'
import type { FilmKind } from '../protocol'
import type { Failure } from '../sync/projector'

/** Each has its sentence in `text.screen`. */
export type FilmTrouble =
  | 'gone'
  | 'unplayable'
  | 'broken'
  | 'linkGone'
  | 'linkUnplayable'
  | 'linkForbidden'
  | 'linkUnreachable'
  | 'linkUnsafe'
  | Exclude<Failure, 'cutOff' | 'unplayable'>

/** Where a film is that does not go on. */
export interface Whereabouts {
  kind: FilmKind
  /** Whether this server has it. */
  ours: boolean
  /** Whether our page came safely and the film would not: browsers refuse to mix. */
  mixed: boolean
}

export function troubleOf(why: Failure, found: Found, { kind, ours, mixed }: Whereabouts): FilmTrouble {
  if (why !== 'cutOff' && why !== 'unplayable') return why
  if (ours) {
    if (found === 'gone') return 'gone'
    return found === 'there' && why === 'unplayable' ? 'unplayable' : 'broken'
  }
  switch (found) {
    case 'gone':
      return 'linkGone'
    case 'forbidden':
      return 'linkForbidden'
    case 'unreachable':
      return mixed ? 'linkUnsafe' : 'linkUnreachable'
    case 'hidden':
      // A stream is fetched by our script, which the site has to allow; a file is not.
      if (kind === 'hls') return 'linkForbidden'
  }
  return why === 'cutOff' ? 'broken' : 'linkUnplayable'
}

/** Whether it may mend by itself. */
export function passes(trouble: FilmTrouble): boolean {
  return trouble === 'broken' || trouble === 'linkUnreachable'
}
