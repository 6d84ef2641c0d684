// The system's own media controls (lock screen, headphones, keyboard): they show the film and send commands.
import type { Playback } from '../protocol'
import type { Remote } from './remote'

const STEP_S = 10
const ACTIONS = ['play', 'pause', 'seekto', 'seekbackward', 'seekforward'] as const

/** Lets media keys command the room; returns how to stop that. */
export function handleMediaKeys(remote: Remote): () => void {
  if (!('mediaSession' in navigator)) return () => {}
  const handle = ({ action, seekTime, seekOffset }: MediaSessionActionDetails): void => {
    if (action === 'play') remote.play()
    else if (action === 'pause') remote.pause()
    else if (action === 'seekto' && seekTime !== undefined) remote.seekTo(seekTime * 1_000)
    else if (action === 'seekbackward') remote.seekBy(-(seekOffset ?? STEP_S) * 1_000)
    else if (action === 'seekforward') remote.seekBy((seekOffset ?? STEP_S) * 1_000)
  }
  for (const action of ACTIONS) navigator.mediaSession.setActionHandler(action, handle)
  return () => {
    for (const action of ACTIONS) navigator.mediaSession.setActionHandler(action, null)
    navigator.mediaSession.metadata = null
  }
}

/** Tells the system what plays in which room. */
export function showOnSystem({ film, paused }: Playback, room: string): void {
  if (!('mediaSession' in navigator)) return
  navigator.mediaSession.metadata =
    film === null ? null : new MediaMetadata({ title: film.title, artist: room })
  navigator.mediaSession.playbackState = film === null ? 'none' : paused ? 'paused' : 'playing'
}
