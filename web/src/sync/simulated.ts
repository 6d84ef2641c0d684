// What the tests have instead of a room and a browser: a film that is on, a player with the habits that real ones have,
// and chance that can be had again. Test support only.
import type { Film, Playback } from '../protocol'
import type { Controller, Move, Report } from './controller'

const FILM: Film & { duration_ms: number } = {
  id: 'f',
  title: 'The General',
  url: '/media/f',
  kind: 'file',
  duration_ms: 600_000,
  stream: null,
  extras: null,
}

/** What the room plays: a film of ten minutes that stands at its start, but for what a test says. */
export function playback(over: Partial<Playback> = {}): Playback {
  return { film: FILM, position_ms: 0, rate: 1, paused: true, at_ms: 0, revision: 1, ...over }
}

/** Numbers from 0 to 1 that look like chance and are the same for the same seed (mulberry32). */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** All in milliseconds, but for the drift, which is a share. */
export interface Nature {
  seekMs: number
  /** How late it starts where it stood, and at a new place. */
  goesOnMs: number
  beginsMs: number
  /** How late a new rate is heard. */
  rateMs: number
  /** How far its reports are off at most. */
  jitterMs: number
  /** How much too fast its sound card is. */
  drift: number
  seed: number
  /** How long it finds the film. */
  lengthMs: number
}

const EASY: Nature = {
  seekMs: 80,
  goesOnMs: 0,
  beginsMs: 80,
  rateMs: 90,
  jitterMs: 0,
  drift: 0,
  seed: 1,
  lengthMs: FILM.duration_ms,
}

/** A player of that film, which it begins anew when it is to play and has played it to its end, as browsers do. */
export class SimulatedPlayer {
  positionMs = 0
  paused = true
  rate = 1
  seeks = 0
  /** How often it was told to play what it had played to its end. */
  begunAnew = 0
  knowsLength = true
  #nature: Nature
  #chance: () => number
  #moveFrom = 0
  #seekUntil = 0
  #isNew = true
  #heardRate = 1
  #coming: { at: number; rate: number }[] = []

  constructor(nature: Partial<Nature> = {}) {
    this.#nature = { ...EASY, ...nature }
    this.#chance = chanceFrom(this.#nature.seed)
  }

  report(now: number): Report {
    const seeking = now < this.#seekUntil
    const jitterMs = this.paused ? 0 : (this.#chance() * 2 - 1) * this.#nature.jitterMs
    const positionMs = this.positionMs + jitterMs
    const { paused, rate } = this
    const ended = this.#atItsEnd && !seeking
    const durationMs = this.knowsLength ? this.#nature.lengthMs : null
    return { positionMs, paused, seeking, ended, ready: !seeking && !ended, durationMs, rate }
  }

  apply(move: Move, now: number): void {
    const { seekMs, goesOnMs, beginsMs, rateMs } = this.#nature
    if (move.play === false) this.paused = true
    if (move.seekToMs !== undefined) {
      this.seeks += 1
      this.positionMs = Math.min(move.seekToMs, this.#nature.lengthMs)
      this.#seekUntil = now + seekMs
      this.#isNew = true
    }
    if (move.rate !== undefined) {
      this.rate = move.rate
      this.#coming.push({ at: now + (this.paused ? 0 : rateMs), rate: move.rate })
    }
    if (move.play === true && this.paused) {
      if (this.#atItsEnd) {
        this.begunAnew += 1
        this.positionMs = 0
      }
      this.paused = false
      this.#moveFrom = Math.max(now, this.#seekUntil) + (this.#isNew ? beginsMs : goesOnMs)
      this.#isNew = false
    }
  }

  /** A millisecond passes. */
  step(now: number): void {
    while (this.#coming[0] !== undefined && this.#coming[0].at <= now)
      this.#heardRate = this.#coming.shift()?.rate ?? 1
    if (!this.paused && now >= this.#moveFrom && now >= this.#seekUntil)
      this.positionMs += this.#heardRate * (1 + this.#nature.drift)
    if (this.positionMs < this.#nature.lengthMs) return
    this.positionMs = this.#nature.lengthMs
    this.paused = true
  }

  get #atItsEnd(): boolean {
    return this.positionMs >= this.#nature.lengthMs
  }
}

/** A moment of a run: how far the player is ahead, and the rate that it was told. */
export interface Tick {
  now: number
  skewMs: number
  rate: number
}

/**
 * Lets a controller drive a player, asked every `everyMs` or when it wants to be asked; `roomAt` says where the room is,
 * `clockOff` by how much the server's time is misjudged.
 */
export function drive(
  controller: Controller,
  player: SimulatedPlayer,
  [from, until]: [number, number],
  roomAt: (now: number) => number,
  { everyMs = 50, clockOff = (_now: number): number => 0 } = {},
): Tick[] {
  const ticks: Tick[] = []
  let ask = from
  for (let now = from; now < until; now++) {
    if (now >= ask) {
      const judged = now + clockOff(now)
      const move = controller.decide(judged, player.report(now))
      player.apply(move, now)
      ask = now + Math.max(1, Math.min(everyMs, move.againInMs ?? everyMs))
      ticks.push({ now, skewMs: player.positionMs - roomAt(now), rate: player.rate })
    }
    player.step(now)
  }
  return ticks
}
