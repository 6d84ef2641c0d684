import { describe, expect, it } from 'vitest'
import { chanceFrom } from './simulated'
import { rateFor, Trim } from './trim'

interface Bends {
  drift?: number
  jitterMs?: number
  nominal?: number
  everyMs?: number
  /** How late a rate is heard. */
  lateMs?: number
  /** What a change of the rate costs at once. */
  costsMs?: number
  hasty?: boolean
}

/** A player that is bent by a `Trim`; gives the skew and the rate of each time it was asked. */
function run(
  trim: Trim,
  fromMs: number,
  seconds: number,
  { drift = 0, jitterMs = 0, nominal = 1, everyMs = 50, lateMs = 90, costsMs = 0, hasty = false }: Bends = {},
): { skew: number; rate: number }[] {
  const chance = chanceFrom(7)
  const ticks: { skew: number; rate: number }[] = []
  const coming: { at: number; rate: number }[] = []
  let [skew, rate, heard, ask] = [fromMs, nominal, nominal, 0]
  for (let now = 0; now < seconds * 1_000; now++) {
    if (now >= ask) {
      const bent = trim.correct(skew + (chance() * 2 - 1) * jitterMs, now, { rate: nominal, hasty })
      const told = rateFor(nominal, bent.share)
      if (told !== rate) {
        coming.push({ at: now + lateMs, rate: told })
        if (rate === nominal) skew -= costsMs
      }
      rate = told
      ask = now + Math.max(1, Math.min(everyMs, bent.againInMs))
      ticks.push({ skew, rate })
    }
    if (coming[0] !== undefined && coming[0].at <= now) heard = coming.shift()?.rate ?? nominal
    skew += heard * (1 + drift) - nominal
  }
  return ticks
}

const sizes = (ticks: { skew: number }[]) => ticks.map(({ skew }) => Math.abs(skew))
const changes = (ticks: { rate: number }[]) =>
  ticks.filter(({ rate }, i) => i > 0 && rate !== ticks[i - 1]?.rate).length

describe('Trim', () => {
  it('closes what can be seen to a millisecond, then leaves the rate alone', () => {
    for (const from of [140, 40, -40, 15, -15, 4]) {
      const ticks = run(new Trim(), from, 30)
      expect(Math.max(...sizes(ticks.slice(300))), `${from}`).toBeLessThan(1)
      expect(ticks.slice(300).every(({ rate }) => rate === 1)).toBe(true)
      expect(changes(ticks), `${from}`).toBeLessThan(12)
    }
  })

  it('closes 60 ms to 20 within two seconds of a change', () => {
    for (const from of [60, -60]) {
      const ticks = run(new Trim(), from, 1.5, { hasty: true })
      expect(Math.abs(ticks.at(-1)?.skew ?? from)).toBeLessThan(20)
    }
  })

  it('never leaves one half of a percent once within 20 ms, and comes there from anywhere', () => {
    for (const nominal of [1, 1.5])
      for (const from of [-480, -61, -22, 0, 19, 35, 300])
        for (const drift of [0, 400e-6, -400e-6])
          for (const jitterMs of [0, 1.5, 3]) {
            const what = `${nominal} ${from} ${drift} ${jitterMs}`
            const ticks = run(new Trim(), from, 60, { drift, jitterMs, nominal })
            const near = ticks.findIndex(({ skew }) => Math.abs(skew) < 20)
            const off = ticks.slice(near + 3).map(({ rate }) => Math.abs(rate / nominal - 1))
            expect(Math.max(...off), what).toBeLessThanOrEqual(0.0051)
            expect(Math.max(...sizes(ticks.slice(-200))), what).toBeLessThan(6 * nominal)
          }
  })

  it('holds a player whose clock drifts, with few changes of the rate', () => {
    for (const drift of [100e-6, -100e-6, 300e-6]) {
      const ticks = run(new Trim(), 0, 600, { drift })
      expect(Math.max(...sizes(ticks))).toBeLessThan(3)
      // There and back for each 2 ms of drift.
      expect(changes(ticks)).toBeLessThan(1.2 * 2 * ((Math.abs(drift) * 600_000) / 2))
    }
  })

  it('is not made to hunt by a player whose reports jitter', () => {
    const ticks = run(new Trim(), 0, 600, { drift: 50e-6, jitterMs: 8 })
    expect(Math.max(...sizes(ticks))).toBeLessThan(9)
    expect(changes(ticks)).toBeLessThan(60)
  })

  it('does not ratchet where each bend costs something itself', () => {
    const ticks = run(new Trim(), 0, 600, { drift: -50e-6, costsMs: 8 })
    expect(Math.max(...sizes(ticks))).toBeLessThan(12 + 8 + 1)
    expect(changes(ticks)).toBeLessThan(40)
  })

  it('does not overshoot when it is asked once a second', () => {
    for (const from of [18, -18, 45]) {
      const ticks = run(new Trim(), from, 120, { everyMs: 1_000 })
      expect(Math.min(...ticks.map(({ skew }) => skew * Math.sign(from)))).toBeGreaterThan(-3)
      expect(Math.max(...sizes(ticks.slice(-20)))).toBeLessThan(3)
    }
  })

  it('takes a jump for news at once', () => {
    const trim = new Trim()
    run(trim, 0, 10)
    const ticks = run(trim, 50, 8)
    expect(Math.max(...sizes(ticks.slice(140)))).toBeLessThan(2)
  })
})
