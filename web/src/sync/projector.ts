// What a player drives: the <video> element, or what stands in for one where a site plays its films itself.

/** The part of `HTMLMediaElement` that we use, with its meanings and its events. */
export type Projector = EventTarget &
  Pick<
    HTMLMediaElement,
    | 'buffered'
    | 'currentTime'
    | 'duration'
    | 'ended'
    | 'muted'
    | 'pause'
    | 'paused'
    | 'play'
    | 'playbackRate'
    | 'readyState'
    | 'seeking'
    | 'volume'
  >

/**
 * Why a film does not go on: it was cut off, it is nothing that this browser plays, or it has no length. The rest is
 * what YouTube's player says: it knows no such video, has it no more, may not show it here, cannot play it, is not told
 * where it is, or never came.
 */
export type Failure =
  | 'cutOff'
  | 'unplayable'
  | 'live'
  | 'youtubeNone'
  | 'youtubeRemoved'
  | 'youtubeKept'
  | 'youtubeBroken'
  | 'youtubeNameless'
  | 'youtubeSilent'
