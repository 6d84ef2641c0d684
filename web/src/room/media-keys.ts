// The system's own media controls (lock screen, headphones, keyboard): they show the film and send commands.
import type { Playback } from '../protocol'
import type { Remote } from './remote'

const STEP_S = 10
const ACTIONS = ['play', 'pause', 'stop', 'seekto', 'seekbackward', 'seekforward'] as const

/**
 * Lets media keys command the room, and returns how to stop that. Those of guests are heard, too, and told that they are
 * no hosts: unheard, the browser would pause or move their player alone.
 */
export function handleMediaKeys(remote: Remote): () => void {
  if (!('mediaSession' in navigator)) return () => {}
  const handle = ({ action, seekTime, seekOffset }: MediaSessionActionDetails): void => {
    if (action === 'play') remote.play()
    else if (action === 'pause' || action === 'stop') remote.pause()
    else if (action === 'seekto' && seekTime !== undefined) remote.seekTo(seekTime * 1_000)
    else if (action === 'seekbackward') remote.seekBy(-(seekOffset ?? STEP_S) * 1_000)
    else if (action === 'seekforward') remote.seekBy((seekOffset ?? STEP_S) * 1_000)
  }
  for (const action of ACTIONS) listen(action, handle)
  return () => {
    for (const action of ACTIONS) listen(action, null)
    navigator.mediaSession.metadata = null
    navigator.mediaSession.playbackState = 'none'
  }
}

/** Tells the system what is on in which room, and whether it plays; `poster` is a picture's address, if there is one. */
export function showOnSystem(
  { film }: Playback,
  room: string,
  playing: boolean,
  poster: string | null,
): void {
  if (!('mediaSession' in navigator)) return
  navigator.mediaSession.metadata =
    film === null
      ? null
      : new MediaMetadata({
          title: film.title,
          artist: room,
          artwork: poster === null ? [] : [{ src: poster }],
        })
  navigator.mediaSession.playbackState = film === null ? 'none' : playing ? 'playing' : 'paused'
}

/** Tells the system where the film is; it reckons on by itself until it is told anew. */
export function showPosition({ film, rate }: Playback, positionMs: number, durationMs: number | null): void {
  if (!('mediaSession' in navigator) || !('setPositionState' in navigator.mediaSession)) return
  if (film === null || durationMs === null || !(durationMs > 0))
    return navigator.mediaSession.setPositionState()
  navigator.mediaSession.setPositionState({
    duration: durationMs / 1_000,
    position: Math.min(Math.max(0, positionMs), durationMs) / 1_000,
    playbackRate: rate,
  })
}

/** A browser may not know an action. */
function listen(action: MediaSessionAction, handler: MediaSessionActionHandler | null): void {
  try {
    navigator.mediaSession.setActionHandler(action, handler)
  } catch {
    // Then its keys do not come here.
  }
}
