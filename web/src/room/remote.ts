// What people do to the film, as commands to the room; of whoever watches on their own, to their own playback. Every
// button, key and media key comes through here, and nothing else does.
import type { Playback } from '../protocol'
import { text } from '../text'
import { toast } from '../ui/toasts.svelte'
import type { Alone } from './alone.svelte'
import type { Follower } from './follower.svelte'
import type { Session } from './session.svelte'

export class Remote {
  #session: Session
  #alone: Alone
  #follower: () => Follower | null
  /** What was asked for and not answered yet: the next press counts from there. */
  #wanted: { playing?: boolean; positionMs?: number } = {}

  constructor(session: Session, alone: Alone, follower: () => Follower | null) {
    this.#session = session
    this.#alone = alone
    this.#follower = follower
  }

  /** What the controls are of. */
  get playback(): Playback {
    return this.#alone.playback ?? this.#session.playback
  }

  /** Whether this person may do something to it. */
  get may(): boolean {
    return this.#alone.on || this.#session.mayControl
  }

  /** Whether the film stands still only until enough of it is made. */
  get waitsForFilm(): boolean {
    return !this.#alone.on && this.#session.playback.waits_for_film === true
  }

  /** Whether the film moves, or will by itself: a press pauses it. */
  get playing(): boolean {
    return this.waitsForFilm || (!this.playback.paused && !(this.#follower()?.over ?? false))
  }

  /** The same, when what was asked for is answered. */
  #playing(): boolean {
    const { waiting } = this.#session
    const asked = !this.#alone.on && (waiting.has('play') || waiting.has('pause'))
    if (asked && this.#wanted.playing !== undefined) return this.#wanted.playing
    return this.playing
  }

  toggle(): void {
    if (this.#playing()) this.pause()
    else this.play()
  }

  play(): void {
    if (this.#alone.on) return this.#alone.play(this.#follower()?.over ?? false)
    this.#wanted.playing = true
    this.#ask({ type: 'play', seen: this.#session.playback.revision })
  }

  pause(): void {
    if (this.#alone.on) return this.#alone.pause()
    this.#wanted.playing = false
    this.#ask({ type: 'pause', seen: this.#session.playback.revision })
  }

  /** Goes to a position of the film that was on at revision `seen`. */
  seekTo(positionMs: number, seen = this.#session.playback.revision): void {
    const most = this.#follower()?.durationMs ?? Number.MAX_SAFE_INTEGER
    const to = Math.round(Math.min(Math.max(0, positionMs), most))
    if (this.#alone.on) return this.#alone.seekTo(to)
    this.#wanted.positionMs = to
    this.#ask({ type: 'seek', seen, position_ms: to })
  }

  seekBy(ms: number): void {
    const waits = !this.#alone.on && this.#session.waiting.has('seek')
    const asked = waits ? this.#wanted.positionMs : undefined
    this.seekTo((asked ?? this.#follower()?.positionMs ?? 0) + ms)
  }

  setRate(rate: number): void {
    if (this.#alone.on) return this.#alone.setRate(rate)
    this.#ask({ type: 'rate', seen: this.#session.playback.revision, rate })
  }

  #ask(command: Parameters<Session['command']>[0]): void {
    if (this.#session.playback.film === null) return
    if (this.#session.mayControl) this.#session.command(command)
    else toast(text.controls.hostsOnly)
  }
}
