import { describe, expect, it } from 'vitest'
import { Controller } from './controller'
import { chanceFrom, drive, playback, SimulatedPlayer, type Tick } from './simulated'

const roomAt = (now: number) => now
const sizes = (ticks: Tick[]) => ticks.map(({ skewMs }) => Math.abs(skewMs))
/** A clock whose estimate moves as it learns. */
const learns = (now: number): number => (now < 22_000 ? 15 : now < 40_000 ? -12 : 0)

/** A clock whose estimate goes to and fro, faster than it is asked. */
const sways = (now: number): number => (now < 11_000 ? 0 : -60 * (1 + (Math.floor(now / 40) % 2)))

describe('Controller and a player with habits', () => {
  it('learns how late it goes on and how late it begins elsewhere, each by itself', () => {
    const controller = new Controller()
    const player = new SimulatedPlayer({ goesOnMs: 15, beginsMs: 130, jitterMs: 2 })
    let [at, from, revision] = [0, 0, 0]
    const start = (positionMs: number, pausesAt: number) => {
      controller.follow(
        playback({ paused: false, position_ms: positionMs, at_ms: at + 300, revision: ++revision }),
        at,
      )
      const ticks = drive(
        controller,
        player,
        [at, pausesAt],
        (now) => positionMs + Math.max(0, now - at - 300),
      )
      from = positionMs + (pausesAt - at - 300)
      controller.follow(playback({ position_ms: from, at_ms: pausesAt, revision: ++revision }), pausesAt)
      at = pausesAt + 500
      drive(controller, player, [pausesAt, at], () => from)
      return ticks.filter(({ now }) => now > pausesAt - 3_300).map(({ skewMs }) => Math.abs(skewMs))
    }
    let worst = 0
    for (let round = 0; round < 12; round++) {
      const last = start(round % 2 === 0 ? round * 20_000 + 5_000 : from, at + 4_000)
      if (round >= 8) worst = Math.max(worst, ...last)
    }
    expect(Math.abs(controller.habits.startTakesMs.goesOn - 15)).toBeLessThan(8)
    expect(Math.abs(controller.habits.startTakesMs.begins - 130)).toBeLessThan(15)
    expect(worst).toBeLessThan(25)
  })

  it('starts a film that stands a little beside its place by so much sooner or later', () => {
    for (const besideMs of [-14, 0, 14]) {
      const controller = new Controller()
      const player = new SimulatedPlayer({ beginsMs: 80 })
      player.positionMs = 5_000 + besideMs
      controller.follow(playback({ position_ms: 5_000 }), 0)
      drive(controller, player, [0, 500], () => 5_000)
      controller.follow(playback({ paused: false, position_ms: 5_000, at_ms: 800, revision: 2 }), 500)
      drive(controller, player, [500, 1_000], (now) => 4_200 + now)
      expect(player.seeks).toBe(0)
      expect(Math.abs(player.positionMs - 5_200), `${besideMs}`).toBeLessThan(3)
    }
  })

  it('comes from anywhere, seeks at most once, and stays within half a percent once within 20 ms', () => {
    const chance = chanceFrom(11)
    for (let seed = 1; seed <= 40; seed++) {
      const player = new SimulatedPlayer({
        seekMs: 20 + chance() * 400,
        goesOnMs: chance() * 60,
        beginsMs: chance() * 250,
        rateMs: chance() * 120,
        jitterMs: chance() * 4,
        drift: (chance() - 0.5) * 400e-6,
        seed,
      })
      player.positionMs = chance() * 60_000
      player.paused = chance() < 0.5
      const controller = new Controller()
      controller.follow(playback({ paused: false }), 0)
      const ticks = drive(controller, player, [0, 60_000], roomAt)
      const within = ticks.findIndex(({ now, skewMs }) => now > 4_000 && Math.abs(skewMs) < 20)
      const near = ticks.slice(within + 3)
      expect(ticks[within]?.now, `${seed}`).toBeLessThan(10_000)
      expect(Math.max(...near.map(({ rate }) => Math.abs(rate - 1))), `${seed}`).toBeLessThanOrEqual(0.0051)
      expect(Math.max(...sizes(ticks.slice(-600))), `${seed}`).toBeLessThan(6)
      expect(player.seeks, `${seed}`).toBeLessThanOrEqual(1)
    }
  })

  it('is in step soon after a seek, though its seeks take longer than changes are ahead', () => {
    const LEAD_MS = 150
    for (const seekMs of [200, 450, 900]) {
      const controller = new Controller()
      const player = new SimulatedPlayer({ seekMs })
      controller.follow(playback({ paused: false }), 0)
      drive(controller, player, [0, 5_000], roomAt)
      for (let round = 0; round < 3; round++) {
        const { seeks } = player
        const [from, to] = [5_000 + round * 10_000, 100_000 + round * 50_000]
        const at_ms = from + LEAD_MS
        controller.follow(playback({ paused: false, position_ms: to, at_ms, revision: round + 2 }), from)
        const thereAt = (now: number) => to + Math.max(0, now - at_ms)
        const ticks = drive(controller, player, [from, from + 10_000], thereAt)
        // The first of such seeks surprises it; from then on it comes in where the room is by then.
        const inStepAt = round === 0 ? from + 3_000 : from + 1.2 * seekMs + 300
        expect(player.seeks - seeks, `${seekMs} ${round}`).toBeLessThanOrEqual(round === 0 ? 2 : 1)
        expect(
          Math.max(...sizes(ticks.filter(({ now }) => now > inStepAt))),
          `${seekMs} ${round}`,
        ).toBeLessThan(round === 0 ? 60 : 20)
      }
    }
  })

  it('follows what its clock learns, without a seek', () => {
    const controller = new Controller()
    const player = new SimulatedPlayer({ jitterMs: 0.2 })
    controller.follow(playback({ paused: false }), 0)
    drive(controller, player, [0, 20_000], roomAt)
    const { seeks } = player
    const ticks = drive(controller, player, [20_000, 60_000], roomAt, { clockOff: learns })
    expect(player.seeks).toBe(seeks)
    expect(Math.max(...ticks.map(({ rate }) => Math.abs(rate - 1)))).toBeLessThanOrEqual(0.0201)
    expect(Math.max(...sizes(ticks.slice(-200)))).toBeLessThan(3)
  })

  it('never asks for an odd rate when the time is judged earlier than a moment ago', () => {
    const controller = new Controller()
    const player = new SimulatedPlayer({ jitterMs: 1 })
    controller.follow(playback({ paused: false }), 0)
    drive(controller, player, [0, 10_000], roomAt)
    player.positionMs -= 100
    const ticks = drive(controller, player, [10_000, 20_000], roomAt, { everyMs: 7, clockOff: sways })
    expect(Math.max(...ticks.map(({ rate }) => Math.abs(rate - 1)))).toBeLessThanOrEqual(0.0501)
  })

  it('is not thrown off by a page that is asked once a second', () => {
    const controller = new Controller()
    const player = new SimulatedPlayer({ drift: 100e-6, jitterMs: 0.5 })
    controller.follow(playback({ paused: false }), 0)
    drive(controller, player, [0, 10_000], roomAt)
    const { seeks } = player
    const ticks = drive(controller, player, [10_000, 130_000], roomAt, { everyMs: 1_000 })
    expect(Math.max(...sizes(ticks))).toBeLessThan(6)
    expect(player.seeks).toBe(seeks)
  })

  it('is back after a time of a few hundred ms between two looks', () => {
    const controller = new Controller()
    const player = new SimulatedPlayer({ jitterMs: 0.5 })
    controller.follow(playback({ paused: false }), 0)
    drive(controller, player, [0, 10_000], roomAt)
    player.positionMs -= 180
    drive(controller, player, [10_000, 15_000], roomAt, { everyMs: 300 })
    const ticks = drive(controller, player, [15_000, 22_000], roomAt)
    expect(Math.max(...sizes(ticks.filter(({ now }) => now > 20_000)))).toBeLessThan(20)
  })
})
