import { describe, expect, it } from 'vitest'
import { rateFor, Trim } from './trim'

const TICK_MS = 50

/** A player that is bent by a `Trim`: its clock runs `drift` off, its reports jitter; gives the skew and rate of each tick. */
function run(
  trim: Trim,
  from: number,
  seconds: number,
  drift = 0,
  jitterMs = 0,
): { skew: number; rate: number }[] {
  const ticks: { skew: number; rate: number }[] = []
  let skew = from
  let seed = 7
  for (let now = 0; now < seconds * 1_000; now += TICK_MS) {
    seed = (seed * 48_271) % 2_147_483_647
    const noise = (seed / 2_147_483_647 - 0.5) * 2 * jitterMs
    const rate = rateFor(1, trim.correct(skew + noise, now))
    skew += (rate * (1 + drift) - 1) * TICK_MS
    ticks.push({ skew, rate })
  }
  return ticks
}

const sizes = (ticks: { skew: number }[]) => ticks.map(({ skew }) => Math.abs(skew))
const changes = (ticks: { rate: number }[]) =>
  ticks.filter(({ rate }, i) => i > 0 && rate !== ticks[i - 1]?.rate).length

describe('Trim', () => {
  it('closes what can be seen to a few milliseconds, then leaves the rate alone', () => {
    for (const from of [40, -40, 15, -15]) {
      const ticks = run(new Trim(), from, 30)
      expect(Math.max(...sizes(ticks.slice(200)))).toBeLessThan(3)
      expect(ticks.slice(200).every(({ rate }) => rate === 1)).toBe(true)
    }
  })

  it('never leaves one half of a percent once within 20 ms, whatever the drift', () => {
    for (const drift of [0, 400e-6, -400e-6]) {
      const ticks = run(new Trim(), 300, 120, drift)
      const near = ticks.findIndex(({ skew }) => Math.abs(skew) < 18)
      const off = ticks.slice(near + 5).map(({ rate }) => Math.abs(rate - 1))
      expect(Math.max(...off)).toBeLessThanOrEqual(0.005 + 1e-9)
    }
  })

  it('learns a drift, until hardly anything is left to correct', () => {
    for (const drift of [100e-6, -100e-6, 300e-6]) {
      const ticks = run(new Trim(), 0, 600, drift)
      expect(Math.max(...sizes(ticks))).toBeLessThan(5)
      expect(changes(ticks.slice(-6_000)), 'in the last five minutes').toBeLessThan(12)
    }
  })

  it('is not made to hunt by a player whose reports jitter', () => {
    const ticks = run(new Trim(), 0, 600, 50e-6, 3)
    expect(Math.max(...sizes(ticks))).toBeLessThan(12)
    expect(changes(ticks)).toBeLessThan(120)
  })

  it('does not take a jump for a drift', () => {
    const trim = new Trim()
    run(trim, 0, 10)
    const ticks = run(trim, 8, 120)
    expect(changes(ticks.slice(400))).toBeLessThan(6)
    expect(Math.max(...sizes(ticks.slice(400)))).toBeLessThan(5)
  })
})
