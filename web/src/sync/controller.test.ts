import { describe, expect, it } from 'vitest'
import { Controller, positionAt, type Move, type Report } from './controller'
import { COARSE } from './reins'
import { playback } from './simulated'

/** A player that obeys: seeks take `seekMs`, a start takes `startMs`, and its clock may run `drift` off. */
class FakePlayer {
  positionMs = 0
  paused = true
  rate = 1
  seeks = 0
  rates: number[] = []
  moveFrom = 0
  #seekUntil = 0
  constructor(
    readonly seekMs = 80,
    readonly startMs = 40,
    readonly drift = 0,
  ) {}

  report(now: number): Report {
    const seeking = now < this.#seekUntil
    return {
      positionMs: this.positionMs,
      paused: this.paused,
      seeking,
      ended: !seeking && this.positionMs >= 600_000,
      ready: !seeking,
      durationMs: 600_000,
      rate: this.rate,
    }
  }

  apply(move: Move, now: number): void {
    if (move.play === false) this.paused = true
    if (move.seekToMs !== undefined) {
      this.seeks += 1
      this.positionMs = move.seekToMs
      this.#seekUntil = now + this.seekMs
    }
    if (move.rate !== undefined) {
      this.rate = move.rate
      this.rates.push(move.rate)
    }
    if (move.play === true && this.paused) {
      this.paused = false
      this.moveFrom = Math.max(now, this.#seekUntil) + this.startMs
    }
  }

  step(now: number): void {
    if (!this.paused && now >= this.moveFrom && now >= this.#seekUntil)
      this.positionMs += this.rate * (1 + this.drift)
  }
}

/** One in another site's frame: slower, by another time at each start, not ready before it moves, in coarse speeds. */
class SlowPlayer extends FakePlayer {
  #starts = 0
  constructor(
    readonly firstMs: number,
    readonly startsMs: readonly number[] = [300, 450, 250],
  ) {
    super(700)
  }

  override report(now: number): Report {
    const report = super.report(now)
    return { ...report, ready: report.ready && (this.paused || now >= this.moveFrom) }
  }

  override apply(move: Move, now: number): void {
    const starts = move.play === true && this.paused
    super.apply(move, now)
    if (!starts) return
    const startMs = this.#starts === 0 ? this.firstMs : this.startsMs[this.#starts % this.startsMs.length]
    this.#starts += 1
    this.moveFrom += (startMs ?? 0) - this.startMs
  }
}

/** Runs the two together, 1 ms a step, asking every 50 ms or when the controller wants to be asked. */
function run(controller: Controller, player: FakePlayer, from: number, until: number): void {
  let ask = from
  for (let now = from; now < until; now++) {
    if (now >= ask) {
      const move = controller.decide(now, player.report(now))
      player.apply(move, now)
      ask = now + Math.max(1, Math.min(50, move.againInMs ?? 50))
    }
    player.step(now)
  }
}

describe('positionAt', () => {
  it('moves with the rate, not before it starts and not past the end', () => {
    const moving = playback({ paused: false, position_ms: 1_000, at_ms: 500, rate: 2 })
    expect(positionAt(moving, 100)).toBe(1_000)
    expect(positionAt(moving, 1_500)).toBe(3_000)
    expect(positionAt(moving, 10_000_000)).toBe(600_000)
  })
})

describe('Controller', () => {
  it('pauses a player when there is no film', () => {
    const controller = new Controller()
    controller.follow(playback({ film: null }), 0)
    const report = new FakePlayer().report(0)
    expect(controller.decide(0, { ...report, paused: false })).toEqual({ play: false })
  })

  it('seeks to the exact place while paused, once', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback({ position_ms: 90_000 }), 0)
    run(controller, player, 0, 1_000)
    expect(player.positionMs).toBe(90_000)
    expect(player.seeks).toBe(1)
    expect(player.paused).toBe(true)
  })

  it('starts at the moment that was named', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback(), 0)
    run(controller, player, 0, 1_000)
    controller.follow(playback({ paused: false, at_ms: 1_200, revision: 2 }), 1_000)
    run(controller, player, 1_000, 1_110)
    expect(player.paused).toBe(true)
    run(controller, player, 1_110, 3_000)
    expect(Math.abs(player.positionMs - 1_800)).toBeLessThan(20)
    expect(player.seeks).toBe(0)
  })

  it('learns how late the player starts', () => {
    const controller = new Controller()
    const player = new FakePlayer(80, 140)
    for (let round = 0; round < 5; round++) {
      const at = round * 2_000
      controller.follow(playback({ at_ms: at, position_ms: 1_000, revision: 2 * round }), at)
      run(controller, player, at, at + 500)
      controller.follow(
        playback({ paused: false, position_ms: 1_000, at_ms: at + 700, revision: 2 * round + 1 }),
        at + 500,
      )
      run(controller, player, at + 500, at + 2_000)
    }
    expect(Math.abs(controller.habits.startTakesMs.begins - 140)).toBeLessThan(15)
  })

  it('plays on until the moment of a pause, then stands exactly there', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback({ paused: false }), 0)
    run(controller, player, 0, 5_000)
    controller.follow(playback({ position_ms: 5_200, at_ms: 5_200, revision: 2 }), 5_000)
    run(controller, player, 5_000, 5_150)
    expect(player.paused).toBe(false)
    run(controller, player, 5_150, 6_000)
    expect(player.paused).toBe(true)
    expect(Math.abs(player.positionMs - 5_200)).toBeLessThanOrEqual(15)
  })

  it('jumps early and waits there for a seek while playing', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback({ paused: false }), 0)
    run(controller, player, 0, 5_000)
    const seeks = player.seeks
    controller.follow(playback({ paused: false, position_ms: 300_000, at_ms: 5_300, revision: 2 }), 5_000)
    run(controller, player, 5_000, 5_210)
    expect(player.positionMs).toBe(300_000)
    expect(player.paused).toBe(true)
    run(controller, player, 5_210, 7_300)
    expect(player.seeks).toBe(seeks + 1)
    expect(Math.abs(player.positionMs - 302_000)).toBeLessThan(20)
  })

  it('comes in late with one seek, and is in step two seconds after', () => {
    const controller = new Controller()
    const player = new FakePlayer(120)
    controller.follow(playback({ paused: false, at_ms: -100_000 }), 0)
    run(controller, player, 0, 2_000)
    expect(Math.abs(player.positionMs - 102_000)).toBeLessThan(20)
    expect(player.seeks).toBe(1)
  })

  it('closes a small skew with the rate alone and then lets it be', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback({ paused: false }), 0)
    run(controller, player, 0, 3_000)
    const seeks = player.seeks
    player.positionMs -= 60
    run(controller, player, 3_000, 11_000)
    expect(player.seeks).toBe(seeks)
    expect(Math.abs(player.positionMs - 11_000)).toBeLessThan(3)
    expect(Math.max(...player.rates)).toBeLessThanOrEqual(1.0521)
  })

  it('stays within the dead band of a player whose clock drifts', () => {
    const controller = new Controller()
    const player = new FakePlayer(80, 40, 400e-6)
    controller.follow(playback({ paused: false }), 0)
    run(controller, player, 0, 60_000)
    expect(Math.abs(player.positionMs - 60_000)).toBeLessThan(4)
  })

  it('does not storm with seeks when seeks do not help', () => {
    const controller = new Controller()
    const player = new FakePlayer(80)
    controller.follow(playback({ paused: false, at_ms: -100_000 }), 0)
    let now = 0
    for (; now < 30_000; now += 50) {
      player.apply(controller.decide(now, player.report(now)), now)
      player.positionMs = 0
    }
    expect(player.seeks).toBeLessThan(8)
  })

  it('takes a change of speed at its moment, without a seek', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback({ paused: false }), 0)
    run(controller, player, 0, 3_000)
    const seeks = player.seeks
    controller.follow(
      playback({ paused: false, position_ms: 3_200, at_ms: 3_200, rate: 2, revision: 2 }),
      3_000,
    )
    run(controller, player, 3_000, 5_200)
    expect(player.seeks).toBe(seeks)
    expect(Math.abs(player.positionMs - 7_200)).toBeLessThan(60)
  })

  it('stands still at the end of the film', () => {
    const controller = new Controller()
    const player = new FakePlayer()
    controller.follow(playback({ paused: false, at_ms: -10_000_000 }), 0)
    run(controller, player, 0, 2_000)
    expect(player.paused).toBe(true)
    expect(player.positionMs).toBe(600_000)
  })
})

describe('Controller with coarse reins', () => {
  const PLAYING = playback({ paused: false, at_ms: -100_000 })

  it('comes in late with few seeks and is in step, however slow the first start is', () => {
    for (const firstMs of [300, 900, 1_800, 4_500]) {
      const controller = new Controller(COARSE)
      const player = new SlowPlayer(firstMs)
      controller.follow(PLAYING, 0)
      run(controller, player, 0, 20_000)
      expect(Math.abs(player.positionMs - 120_000), `${firstMs}`).toBeLessThan(COARSE.seekMs)
      expect(player.seeks, `${firstMs}`).toBeLessThanOrEqual(3)
    }
  })

  it('never bends the rate', () => {
    const controller = new Controller(COARSE)
    const player = new SlowPlayer(900)
    controller.follow(PLAYING, 0)
    run(controller, player, 0, 5_000)
    player.positionMs -= 300
    run(controller, player, 5_000, 20_000)
    expect(new Set([1, ...player.rates])).toEqual(new Set([1]))
  })

  it('lets a skew be that a seek would not better, and closes a greater one with a seek', () => {
    const controller = new Controller(COARSE)
    const player = new SlowPlayer(900)
    controller.follow(PLAYING, 0)
    run(controller, player, 0, 10_000)
    const seeks = player.seeks
    player.positionMs = 110_000 - 400
    run(controller, player, 10_000, 20_000)
    expect(player.seeks).toBe(seeks)
    player.positionMs = 120_000 - 1_500
    run(controller, player, 20_000, 30_000)
    expect(player.seeks).toBe(seeks + 1)
    expect(Math.abs(player.positionMs - 130_000)).toBeLessThan(COARSE.seekMs)
  })

  it('follows play, pause and seek', () => {
    const controller = new Controller(COARSE)
    const player = new SlowPlayer(900)
    controller.follow(playback(), 0)
    run(controller, player, 0, 1_000)
    controller.follow(playback({ paused: false, at_ms: 1_300, revision: 2 }), 1_000)
    run(controller, player, 1_000, 11_300)
    expect(Math.abs(player.positionMs - 10_000)).toBeLessThan(COARSE.seekMs)
    controller.follow(playback({ paused: false, position_ms: 60_000, at_ms: 11_500, revision: 3 }), 11_300)
    run(controller, player, 11_300, 21_500)
    expect(Math.abs(player.positionMs - 70_000)).toBeLessThan(COARSE.seekMs)
    controller.follow(playback({ position_ms: 70_200, at_ms: 21_700, revision: 4 }), 21_500)
    run(controller, player, 21_500, 25_000)
    expect(player.paused).toBe(true)
    expect(Math.abs(player.positionMs - 70_200)).toBeLessThanOrEqual(COARSE.restMs)
  })

  it('waits while nothing moves, as during an advertisement, and does not storm with seeks', () => {
    const controller = new Controller(COARSE)
    const player = new SlowPlayer(30_000)
    controller.follow(playback({ paused: false }), 0)
    run(controller, player, 0, 29_000)
    expect(player.seeks).toBeLessThanOrEqual(1)
    expect(player.paused).toBe(false)
    run(controller, player, 29_000, 45_000)
    expect(Math.abs(player.positionMs - 45_000)).toBeLessThan(COARSE.seekMs)
  })

  it('seeks ever more seldom when seeks do not help', () => {
    const controller = new Controller(COARSE)
    const player = new SlowPlayer(900)
    controller.follow(PLAYING, 0)
    for (let now = 0; now < 60_000; now += 1_000) {
      run(controller, player, now, now + 1_000)
      player.positionMs = now
    }
    expect(player.seeks).toBeGreaterThan(1)
    expect(player.seeks).toBeLessThan(9)
  })
})
