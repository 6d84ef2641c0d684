import { describe, expect, it } from 'vitest'
import { Controller } from './controller'
import { COARSE, FINE, type Reins } from './reins'
import { drive, playback, SimulatedPlayer } from './simulated'

const ROOM_END_MS = 600_000
const PLAYING = playback({ paused: false })
const roomAt = (now: number) => now

/** Where a film ends for a player that finds it so long. */
const endFor = (lengthMs: number) => Math.min(lengthMs, ROOM_END_MS)

/** A room whose film plays from moment 0 on, and a player that comes in at `from`. */
function evening(from: number, lengthMs: number, { reins = FINE as Reins, knowsLength = true } = {}) {
  const controller = new Controller(reins)
  const player = new SimulatedPlayer({ lengthMs })
  player.knowsLength = knowsLength
  const film = knowsLength ? PLAYING.film : PLAYING.film && { ...PLAYING.film, duration_ms: null }
  const playing = { ...PLAYING, film }
  controller.follow(playing, from)
  return {
    controller,
    player,
    until: (now: number) => {
      drive(controller, player, [from, now], roomAt)
      from = now
    },
  }
}

describe('Controller at the end of a film', () => {
  it('stays there, however much shorter or longer its player finds the film', () => {
    for (const offMs of [-3_000, -400, -100, -0.3, 0, 0.3, 20, 100, 400, 3_000]) {
      const lengthMs = ROOM_END_MS + offMs
      const { player, until } = evening(590_000, lengthMs)
      until(595_000)
      const { seeks } = player
      until(660_000)
      expect(player.begunAnew, `${offMs}`).toBe(0)
      expect(player.paused, `${offMs}`).toBe(true)
      expect(Math.abs(player.positionMs - endFor(lengthMs)), `${offMs}`).toBeLessThan(60)
      expect(player.seeks, `${offMs}`).toBe(seeks)
    }
  })

  it('waits there when its player was there before the others', () => {
    for (const aheadMs of [1, 30, 120, 300]) {
      const { player, until } = evening(590_000, ROOM_END_MS)
      until(ROOM_END_MS - aheadMs - 20)
      const { seeks } = player
      player.positionMs += aheadMs
      until(660_000)
      expect(player.begunAnew, `${aheadMs}`).toBe(0)
      expect(player.positionMs, `${aheadMs}`).toBe(ROOM_END_MS)
      expect(player.seeks - seeks, `${aheadMs}`).toBeLessThanOrEqual(1)
    }
  })

  it('comes in at any moment before it or after it', () => {
    for (const reins of [FINE, COARSE]) {
      for (const offMs of [-200, 0.3, 200]) {
        for (let leftMs = -1_000; leftMs < 1_500; leftMs += 50) {
          const which = `${reins === FINE ? 'fine' : 'coarse'}, ${offMs}, ${leftMs}`
          const { player, until } = evening(ROOM_END_MS - leftMs, ROOM_END_MS + offMs, { reins })
          until(640_000)
          expect(player.begunAnew, which).toBe(0)
          expect(player.paused, which).toBe(true)
          expect(Math.abs(player.positionMs - endFor(ROOM_END_MS + offMs)), which).toBeLessThan(600)
          expect(player.seeks, which).toBeLessThanOrEqual(3)
        }
      }
    }
  })

  it('stays there where nobody knows how long the film is', () => {
    const { player, until } = evening(590_000, ROOM_END_MS, { knowsLength: false })
    until(595_000)
    const { seeks } = player
    until(660_000)
    expect(player.begunAnew).toBe(0)
    expect(player.seeks).toBe(seeks)
  })

  it('goes on from wherever somebody seeks back to, and begins anew when the room does', () => {
    for (const offMs of [-200, 0.3, 200]) {
      for (const toMs of [0, 300_000, ROOM_END_MS - 8_000]) {
        const { controller, player, until } = evening(590_000, ROOM_END_MS + offMs)
        until(605_000)
        const back = { ...PLAYING, position_ms: toMs, at_ms: 605_300, revision: 2 }
        controller.follow(back, 605_000)
        until(610_300)
        expect(Math.abs(player.positionMs - toMs - 5_000), `${offMs}, ${toMs}`).toBeLessThan(20)
        expect(player.begunAnew, `${offMs}, ${toMs}`).toBe(0)
      }
    }
  })
})
