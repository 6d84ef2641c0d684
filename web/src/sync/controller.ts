// What a player must do to stand where the room stands. Pure: time and the player's report are arguments; the
// answer is a `Move`. All positions and times are milliseconds, times by the server's clock.
import type { Playback } from '../protocol'
import { FINE, type Reins } from './reins'
import { rateFor, Trim } from './trim'

/** What the player says about itself. */
export interface Report {
  positionMs: number
  paused: boolean
  seeking: boolean
  /** It has played to its end, and stands there: asked to play, it would begin anew. */
  ended: boolean
  /** Whether it has the bytes to go on from here. */
  ready: boolean
  /** How long its film is, once it knows. */
  durationMs: number | null
  rate: number
}

/** What the player shall do now: in this order pause, seek, rate, play; nothing for what is left out. */
export interface Move {
  play?: boolean
  seekToMs?: number
  rate?: number
  /** Ask again no later than this: something begins then. */
  againInMs?: number
}

/** Whether a player goes on where it stood, or begins at another place. */
type Start = keyof Habits['startTakesMs']

/** A moment to start at: the player waits at the position, paused. */
interface Cue {
  positionMs: number
  startAtMs: number
  sought: boolean
}

/** A change that puts the position further off than this is a jump, not a going on. */
const JUMP_MS = 60
/** A player that waits for a start within this of its place is not sought: it starts so much sooner or later. */
const NEAR_MS = 100
/** A start that will be later than this is better aimed further ahead. */
const LATE_MS = 60
/** A seek that took longer has waited for bytes, which says nothing of the next one. */
const FORESEEN_MS_MAX = 1_000
/** How long the start of playing is left alone, to learn how late this player starts. */
const START_WINDOW_MS = 300
/** A start of a coarse player is over when it has moved so far, or when it takes so long that it says nothing. */
const STARTED_MS = 150
const COARSE_START_WINDOW_MS = 3_000
/** How long after a change skew is closed hastily. */
const HASTE_MS = 2_500
const COOL_DOWN_MS_MAX = 16_000

/** The position of `playback` at server time `now`. */
export function positionAt(playback: Playback, now: number): number {
  const moved = playback.paused ? 0 : Math.max(0, now - playback.at_ms) * playback.rate
  return Math.min(playback.position_ms + moved, playback.film?.duration_ms ?? Number.POSITIVE_INFINITY)
}

/** Where the film ends: the room and a player may find it a little shorter or longer, and it is over when it is for either. */
export function endOf({ film }: Playback, playerEndMs: number | null): number {
  return Math.min(film?.duration_ms ?? Number.POSITIVE_INFINITY, playerEndMs ?? Number.POSITIVE_INFINITY)
}

/** What was learned of a player. */
export interface Habits {
  /** How long its seeks take. */
  seekTakesMs: number
  /** How long after `play` it moves: where it stood still before, and at a new place, for which it has prepared nothing. */
  startTakesMs: { goesOn: number; begins: number }
}

export class Controller {
  readonly habits: Habits

  #reins: Reins
  #now: Playback | null = null
  #coming: Playback | null = null
  #cue: Cue | null = null
  #trim = new Trim()
  #soughtAt: number | null = null
  #restSeeks = 0
  #hastyUntil = 0
  #coolUntil = 0
  #coolDownMs: number
  #started: { at: number; positionMs: number; as: Start } | null = null
  /** How the next start is one: at a new place, until it has played there. */
  #next: Start = 'begins'
  #begun = false

  /** `habits`: what was learned of this player before. */
  constructor(reins = FINE, habits?: Habits) {
    this.#reins = reins
    const { goesOn, begins } = habits?.startTakesMs ?? reins.startTakesMs
    this.habits = {
      seekTakesMs: habits?.seekTakesMs ?? reins.seekTakesMs,
      startTakesMs: { goesOn, begins },
    }
    this.#coolDownMs = reins.coolDownMs
  }

  /** Takes what the room says from now on. */
  follow(next: Playback, now: number): void {
    const was = this.#coming ?? this.#now
    this.#hastyUntil = Math.max(now, next.at_ms) + HASTE_MS
    const ahead = next.at_ms > now
    if (was === null || was.film?.id !== next.film?.id) {
      this.#take(next)
      this.#coolUntil = 0
      if (!next.paused && ahead) this.#setCue(next.position_ms, next.at_ms)
      return
    }
    const jumps = Math.abs(positionAt(was, next.at_ms) - next.position_ms) > JUMP_MS
    const starts = was.paused && !next.paused
    if (jumps) this.#coolUntil = 0
    if (ahead && !next.paused && (starts || jumps)) {
      this.#take(next)
      this.#setCue(next.position_ms, next.at_ms)
    } else if (ahead && !jumps && !was.paused) {
      this.#coming = next
    } else {
      this.#take(next)
    }
  }

  /** How far the player is ahead of the room (behind: negative), or null while nothing moves. */
  skewMs(now: number, player: Report): number | null {
    const playback = this.#now
    if (playback === null || playback.paused || this.#cue !== null || player.paused || player.seeking)
      return null
    return player.positionMs - this.#expected(playback, now, player)
  }

  /** What the player shall do at `now`. */
  decide(now: number, player: Report): Move {
    const move = this.#decide(now, player)
    if (move.seekToMs !== undefined) this.#next = 'begins'
    return move
  }

  #decide(now: number, player: Report): Move {
    if (this.#coming !== null && now >= this.#coming.at_ms) this.#take(this.#coming)
    const playback = this.#now
    if (playback === null || playback.film === null) return player.paused ? {} : { play: false }
    this.#learnSeek(now, player)
    const move =
      this.#cue !== null
        ? this.#waitForCue(playback, this.#cue, now, player)
        : this.#hold(playback, now, player)
    if (this.#coming !== null) {
      move.againInMs = Math.min(move.againInMs ?? Number.POSITIVE_INFINITY, this.#coming.at_ms - now)
    }
    return move
  }

  #hold(playback: Playback, now: number, player: Report): Move {
    const expected = this.#expected(playback, now, player)
    const atEnd = expected >= endOf(playback, player.durationMs)
    return playback.paused || atEnd
      ? this.#rest(expected, playback.rate, atEnd, player)
      : this.#run(playback, expected, now, player)
  }

  /** Paused: stand exactly there. */
  #rest(positionMs: number, rate: number, atEnd: boolean, player: Report): Move {
    const { restMs, seekMs } = this.#reins
    const offMs = positionMs - player.positionMs
    // The last moments play out by themselves.
    if (atEnd && !player.paused && offMs >= 0 && offMs < seekMs) return {}
    const move: Move = {}
    if (!player.paused) move.play = false
    if (player.rate !== rate) move.rate = rate
    if (player.seeking || (player.ended && offMs > 0)) return move
    // One that ran over the end by a little has shown it.
    const nearMs = atEnd && offMs < 0 ? seekMs : restMs
    if (Math.abs(offMs) > nearMs && (this.#restSeeks < 2 || Math.abs(offMs) > seekMs)) {
      this.#restSeeks += 1
      move.seekToMs = positionMs
    }
    return move
  }

  /** Before a start: go to its place, wait there, and begin when it is time. */
  #waitForCue(playback: Playback, cue: Cue, now: number, player: Report): Move {
    const goes = cue.sought ? null : this.#goTo(cue, playback, now, player)
    if (goes !== null) return goes
    const move = atRateOf(playback, player)
    // Where it stands a little beside its place, it starts so much later or sooner.
    const aheadMs = player.positionMs - cue.positionMs
    const besideMs = Math.abs(aheadMs) < NEAR_MS ? aheadMs / playback.rate : 0
    const leftMs = cue.startAtMs + besideMs - this.#leadMs - now

    // It is too early: it waits.
    if (leftMs > 0)
      return player.paused ? { ...move, againInMs: leftMs } : { ...move, play: false, againInMs: leftMs }
    // It is time, and it is not there yet.
    if (player.seeking) return move
    // Its place is its film's end: there is nothing to begin.
    if (player.ended) {
      this.#cue = null
      return move
    }
    // A seek that took too long is not made up for by seconds of a bent rate: it still stands, and is aimed anew.
    if (-leftMs > this.#reins.seekAtRestMs && now >= this.#coolUntil) return this.#aimAhead(playback, now)
    // It is time.
    this.#cue = null
    return { ...move, ...this.#begin(now, player) }
  }

  /** Brings the player to where it shall start, unless it is there. */
  #goTo(cue: Cue, playback: Playback, now: number, player: Report): Move | null {
    cue.sought = true
    if (Math.abs(player.positionMs - cue.positionMs) <= this.#reins.restMs) return null
    // One whose seeks are known to take longer than there is time comes in where the room is by then.
    const { seekTakesMs } = this.habits
    const lateMs = now + seekTakesMs + this.#leadMs - cue.startAtMs
    if (lateMs > LATE_MS && seekTakesMs < FORESEEN_MS_MAX) return this.#aimAhead(playback, now)
    this.#soughtAt = now
    const move = { ...atRateOf(playback, player), seekToMs: cue.positionMs }
    return player.paused ? move : { ...move, play: false }
  }

  #begin(now: number, { positionMs }: Report): Move {
    this.#started = { at: now, positionMs, as: this.#next }
    this.#next = 'goesOn'
    return { play: true }
  }

  /** Playing: stay in step. What the player does says what may be done; each remark is about one of which none above is true. */
  #run(playback: Playback, expected: number, now: number, player: Report): Move {
    const { bends, seekAtRestMs, seekMs } = this.#reins
    const skewMs = player.positionMs - expected
    const cool = now < this.#coolUntil
    const isFurtherOff = (ms: number) => !cool && Math.abs(skewMs) > ms

    // It is on its way.
    if (player.seeking) return {}
    // It is at the end before the others, or has less of the film than they: they come, or somebody seeks back.
    if (player.ended && (cool || skewMs <= seekAtRestMs)) return {}
    // It stands still: a seek disturbs nobody.
    if (player.paused)
      return isFurtherOff(seekAtRestMs) ? this.#aimAhead(playback, now) : this.#begin(now, player)
    // It begins, coarsely, and so is late for a while: that is learned, and then seen to.
    if (!bends && this.#startIsOpen(playback, now, player)) return atRateOf(playback, player)
    // It waits for bytes.
    if (!player.ready) {
      this.#started = null
      this.#trim.rest()
      return {}
    }
    // It plays something else than the others see.
    if (isFurtherOff(seekMs)) return bends ? this.#aimAhead(playback, now) : this.#leap(playback, now)
    // It begins, finely.
    if (this.#startIsOpen(playback, now, player)) return atRateOf(playback, player)
    // It plays.
    if (Math.abs(skewMs) < seekAtRestMs) this.#coolDownMs = this.#reins.coolDownMs
    return bends ? this.#bend(playback.rate, skewMs, now, player) : atRateOf(playback, player)
  }

  /** Closes a small skew by the rate. */
  #bend(roomsRate: number, skewMs: number, now: number, player: Report): Move {
    const hasty = now < this.#hastyUntil
    const { share, againInMs } = this.#trim.correct(skewMs, now, { rate: roomsRate, hasty })
    const rate = rateFor(roomsRate, share)
    return Math.abs(rate - player.rate) < 1e-6 ? { againInMs } : { rate, againInMs }
  }

  /** Seeks to where the room will be when the seek is done, and cues the start there. */
  #aimAhead(playback: Playback, now: number): Move {
    this.#next = 'begins'
    const startAtMs = now + this.habits.seekTakesMs * 1.2 + this.#leadMs + 30
    this.#hastyUntil = startAtMs + HASTE_MS
    this.#setCue(positionAt(playback, startAtMs), startAtMs)
    this.#coolUntil = startAtMs + this.#coolDownMs
    this.#coolDownMs = Math.min(this.#coolDownMs * 2, COOL_DOWN_MS_MAX)
    const cue = this.#cue
    if (cue !== null) cue.sought = true
    this.#soughtAt = now
    return { play: false, seekToMs: positionAt(playback, startAtMs) }
  }

  /** Seeks a player that goes on by itself then: to stop and to start it would take longer than the seek. */
  #leap(playback: Playback, now: number): Move {
    const doneAtMs = now + this.habits.seekTakesMs
    this.#coolUntil = doneAtMs + this.#coolDownMs
    this.#coolDownMs = Math.min(this.#coolDownMs * 2, COOL_DOWN_MS_MAX)
    this.#soughtAt = now
    return { seekToMs: positionAt(playback, doneAtMs) }
  }

  /** Whether a start is too fresh to bend the rate; when it is over, it has taught how late this player starts. */
  #startIsOpen(playback: Playback, now: number, player: Report): boolean {
    const started = this.#started
    if (started === null) return false
    const movedMs = (player.positionMs - started.positionMs) / playback.rate
    const sinceMs = now - started.at
    const { bends, startTakesMsMax } = this.#reins
    const isOpen = bends
      ? sinceMs < START_WINDOW_MS
      : movedMs < STARTED_MS && sinceMs < COARSE_START_WINDOW_MS
    if (isOpen) return true
    this.#started = null
    const tookMs = sinceMs - movedMs
    if (!this.#begun && this.#reins.firstStartTakesMs !== null) {
      this.#begun = true
      // It was a guess: what it was off by may be seen to at once.
      this.#coolUntil = 0
    } else if (tookMs > -50 && tookMs < Math.max(1_000, startTakesMsMax)) {
      const takes = this.habits.startTakesMs
      takes[started.as] = clamp(takes[started.as] + (tookMs - takes[started.as]) * 0.5, 0, startTakesMsMax)
    }
    return false
  }

  /** How long ahead of a start it has to be told. */
  get #leadMs(): number {
    const takesMs = this.habits.startTakesMs[this.#next]
    return this.#begun ? takesMs : (this.#reins.firstStartTakesMs ?? takesMs)
  }

  #learnSeek(now: number, player: Report): void {
    if (this.#soughtAt === null || player.seeking) return
    const tookMs = now - this.#soughtAt
    this.#soughtAt = null
    const { seekTakesMs } = this.habits
    const learned = tookMs > seekTakesMs ? tookMs : seekTakesMs + (tookMs - seekTakesMs) * 0.3
    this.habits.seekTakesMs = clamp(learned, 20, 5_000)
  }

  #expected(playback: Playback, now: number, player: Report): number {
    return Math.min(positionAt(playback, now), endOf(playback, player.durationMs))
  }

  #take(playback: Playback): void {
    this.#now = playback
    this.#coming = null
    this.#cue = null
    this.#started = null
    this.#restSeeks = 0
    this.#trim.rest()
  }

  #setCue(positionMs: number, startAtMs: number): void {
    this.#cue = { positionMs, startAtMs, sought: false }
    this.#started = null
    this.#trim.rest()
  }
}

/** The room's own rate, where the player has another. */
function atRateOf({ rate }: Playback, player: Report): Move {
  return player.rate === rate ? {} : { rate }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most)
}
