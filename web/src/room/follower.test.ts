import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { isOurs, probe, type Found } from '../api'
import { Player, type PlayerListener } from '../sync/player'
import { playback } from '../sync/simulated'
import type { Alone } from './alone.svelte'
import { Follower } from './follower.svelte'
import type { Session } from './session.svelte'

vi.mock('../api', { spy: true })
vi.mock('../sync/player')

const RETRY_FILM_MS = 3_000
const session = {
  stream: null,
  asking: { clock: { ready: true, roundTripMs: 1 }, now: () => 0 },
  telling: { stalled: () => undefined },
} as unknown as Session
const alone = { on: false, playback: null, followed: () => playback(), othersAheadMs: () => null }

let follower: Follower
/** The answer to the question what became of the film's address. */
let answer: (found: Found) => Promise<void>

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('location', new URL('http://localhost/r/ABCDE'))
  vi.mocked(isOurs).mockReturnValue(true)
  vi.mocked(probe).mockImplementation(
    () =>
      new Promise((resolve) => {
        answer = async (found) => {
          resolve(found)
          await vi.advanceTimersByTimeAsync(0)
        }
      }),
  )
  vi.mocked(Player).mockClear()
  vi.mocked(Player.prototype.load).mockClear()
  vi.mocked(Player.prototype.report).mockReturnValue({
    positionMs: 0,
    paused: true,
    seeking: false,
    ended: false,
    ready: false,
    durationMs: null,
    rate: 1,
  })
  follower = new Follower(session, alone as unknown as Alone, {} as HTMLVideoElement)
  expect(Player.prototype.load).toHaveBeenCalledTimes(1)
  listener().failed('cutOff')
})
afterEach(() => {
  follower.end()
  vi.useRealTimers()
})

it('loads a film again that was cut off', async () => {
  await answer('unreachable')
  await vi.advanceTimersByTimeAsync(RETRY_FILM_MS)
  expect(Player.prototype.load).toHaveBeenCalledTimes(2)
})

it('loads nothing once it has ended, also when an answer was still to come', async () => {
  follower.end()
  await answer('unreachable')
  await vi.advanceTimersByTimeAsync(10 * RETRY_FILM_MS)
  expect(Player.prototype.load).toHaveBeenCalledTimes(1)
})

function listener(): PlayerListener {
  const [made] = vi.mocked(Player).mock.calls
  if (made === undefined) throw new Error('there is no player')
  return made[1]
}
