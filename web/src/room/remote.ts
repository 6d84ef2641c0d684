// What people do to the film, as commands. Every button, key and media key comes through here, and nothing else does.
import { text } from '../text'
import { toast } from '../ui/toasts.svelte'
import type { Follower } from './follower.svelte'
import type { Session } from './session.svelte'

export class Remote {
  #session: Session
  #follower: () => Follower | null
  /** What was asked for and not answered yet: the next press counts from there. */
  #wanted: { playing?: boolean; positionMs?: number } = {}

  constructor(session: Session, follower: () => Follower | null) {
    this.#session = session
    this.#follower = follower
  }

  /** Whether the film moves, or will when what was asked for is answered. */
  #playing(): boolean {
    const { playback, waiting } = this.#session
    const asked = waiting.has('play') || waiting.has('pause')
    if (asked && this.#wanted.playing !== undefined) return this.#wanted.playing
    return !playback.paused && !(this.#follower()?.over ?? false)
  }

  toggle(): void {
    if (this.#playing()) this.pause()
    else this.play()
  }

  play(): void {
    this.#wanted.playing = true
    this.#ask({ type: 'play', seen: this.#session.playback.revision })
  }

  pause(): void {
    this.#wanted.playing = false
    this.#ask({ type: 'pause', seen: this.#session.playback.revision })
  }

  /** Goes to a position of the film that was on at revision `seen`. */
  seekTo(positionMs: number, seen = this.#session.playback.revision): void {
    const most = this.#follower()?.durationMs ?? Number.MAX_SAFE_INTEGER
    const to = Math.round(Math.min(Math.max(0, positionMs), most))
    this.#wanted.positionMs = to
    this.#ask({ type: 'seek', seen, position_ms: to })
  }

  seekBy(ms: number): void {
    const asked = this.#session.waiting.has('seek') ? this.#wanted.positionMs : undefined
    this.seekTo((asked ?? this.#follower()?.positionMs ?? 0) + ms)
  }

  setRate(rate: number): void {
    this.#ask({ type: 'rate', seen: this.#session.playback.revision, rate })
  }

  #ask(command: Parameters<Session['command']>[0]): void {
    if (this.#session.playback.film === null) return
    if (this.#session.host) this.#session.command(command)
    else toast(text.controls.hostsOnly)
  }
}
