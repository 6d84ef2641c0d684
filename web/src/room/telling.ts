// What the room cannot know unless our player tells it: that it waits for bytes, that a film is over, how long it is.
import type { ClientMessage } from '../protocol'
import type { Skew } from '../sync/skews'

/** How often is told anew how much is buffered, while the room waits for us. */
const BUFFERED_EVERY_MS = 1_000

export class Telling {
  #session: { readonly connected: boolean; readonly waitedFor: boolean }
  #send: (message: ClientMessage) => boolean
  #stalled = false
  #buffered = { ms: 0, toldAt: 0 }

  /** `waitedFor`: the film stands still until our player has bytes. `send` says whether a message went. */
  constructor(
    session: { readonly connected: boolean; readonly waitedFor: boolean },
    send: (message: ClientMessage) => boolean,
  ) {
    this.#session = session
    this.#send = send
  }

  /** What the room believes of us from now on. */
  welcomed(stalled: boolean): void {
    this.#stalled = stalled
  }

  /** Tells whether our player waits for bytes, when that has changed; while the room waits for us also how many it has. */
  stalled(stalled: boolean, aheadMs: number): void {
    if (!this.#session.connected) return
    const now = performance.now()
    const ms = Math.max(0, Math.round(aheadMs))
    const isDue = ms !== this.#buffered.ms && now - this.#buffered.toldAt >= BUFFERED_EVERY_MS
    if (this.#stalled === stalled && !(stalled && this.#session.waitedFor && isDue)) return
    if (!this.#send({ type: 'stalled', stalled, buffered_ms: ms })) return
    this.#stalled = stalled
    this.#buffered = { ms, toldAt: now }
  }

  /** Tells how far our player was from where the room was. */
  skew(skew: Skew): void {
    this.#send({ type: 'skew', ...skew })
  }

  /** Tells that a film is over whose length nobody knows. */
  ended(film: string): void {
    this.#send({ type: 'ended', film })
  }

  length(film: string, durationMs: number): void {
    this.#send({ type: 'length', film, duration_ms: Math.round(durationMs) })
  }
}
