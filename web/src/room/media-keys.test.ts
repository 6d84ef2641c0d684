import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Playback } from '../protocol'
import { handleMediaKeys, showOnSystem, showPosition } from './media-keys'
import type { Remote } from './remote'

/** A system's media controls, which know some actions. */
class Controls {
  metadata: unknown = null
  playbackState = 'none'
  position: MediaPositionState | undefined
  handlers = new Map<string, MediaSessionActionHandler>()
  unknown = new Set<string>()

  setActionHandler(action: string, handler: MediaSessionActionHandler | null): void {
    if (this.unknown.has(action)) throw new TypeError(`no ${action} here`)
    if (handler === null) this.handlers.delete(action)
    else this.handlers.set(action, handler)
  }

  setPositionState(position?: MediaPositionState): void {
    this.position = position
  }

  press(action: MediaSessionAction, details: Partial<MediaSessionActionDetails> = {}): void {
    this.handlers.get(action)?.({ action, ...details })
  }
}

const film = { id: 'a', title: 'The General', url: '/media/a', duration_ms: 60_000, stream: null }
const ON = { film, position_ms: 0, rate: 1.5, paused: false, at_ms: 0, revision: 1 } as unknown as Playback
const OFF = { ...ON, film: null }
const remote = { play: vi.fn(), pause: vi.fn(), seekTo: vi.fn(), seekBy: vi.fn() }

let controls: Controls

beforeEach(() => {
  vi.clearAllMocks()
  controls = new Controls()
  vi.stubGlobal('navigator', { mediaSession: controls })
  vi.stubGlobal('MediaMetadata', function (this: object, given: object) {
    Object.assign(this, given)
  })
})
afterEach(() => vi.unstubAllGlobals())

it('keys command the room, until they are let go', () => {
  const stop = handleMediaKeys(remote as unknown as Remote)
  controls.press('play')
  controls.press('pause')
  controls.press('stop')
  controls.press('seekto', { seekTime: 12.5 })
  controls.press('seekbackward')
  controls.press('seekforward', { seekOffset: 30 })
  expect([remote.play, remote.pause].map(({ mock }) => mock.calls.length)).toEqual([1, 2])
  expect(remote.seekTo).toHaveBeenCalledExactlyOnceWith(12_500)
  expect(remote.seekBy.mock.calls).toEqual([[-10_000], [30_000]])
  stop()
  expect(controls.handlers.size).toBe(0)
})

it('a browser that does not know an action still has the others', () => {
  controls.unknown.add('seekto').add('stop')
  handleMediaKeys(remote as unknown as Remote)
  controls.press('pause')
  expect(remote.pause).toHaveBeenCalledOnce()
})

it('the system shows the film, the room and whether it plays', () => {
  showOnSystem(ON, 'Friday films', true, '/poster.jpg')
  expect(controls).toMatchObject({
    metadata: { title: 'The General', artist: 'Friday films', artwork: [{ src: '/poster.jpg' }] },
    playbackState: 'playing',
  })
  showOnSystem(ON, 'Friday films', false, null)
  expect(controls.playbackState).toBe('paused')
  showOnSystem(OFF, 'Friday films', false, null)
  expect(controls).toMatchObject({ metadata: null, playbackState: 'none' })
})

it('the system shows the position, and never one that it would refuse', () => {
  showPosition(ON, 30_000, 60_000)
  expect(controls.position).toEqual({ duration: 60, position: 30, playbackRate: 1.5 })
  showPosition(ON, 61_000, 60_000)
  expect(controls.position?.position).toBe(60)
  showPosition(ON, 30_000, null)
  expect(controls.position).toBeUndefined()
  showPosition(OFF, 0, 60_000)
  expect(controls.position).toBeUndefined()
})

it('a browser without such controls is left alone', () => {
  vi.stubGlobal('navigator', {})
  handleMediaKeys(remote as unknown as Remote)()
  showOnSystem(ON, 'Friday films', true, null)
  showPosition(ON, 0, 60_000)
})
