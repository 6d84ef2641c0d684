// How far off everybody is, for those who look at it: the server tells it only while somebody here does.
import type { MemberSkew } from '../protocol'
import type { Session } from '../room/session.svelte'
import { withHeard, type History } from './history'
import { moves, standingsOf, verdictOf, type Verdict } from './verdict'

/** How often is looked whether what was told is still about now. */
const TICK_MS = 1_000

export class InStep {
  /** What was told in the last minute, and until when that minute goes, by the server's clock. */
  history = $state.raw<History>(new Map())
  nowMs = $state(0)

  #session: Session
  #hear: (hear: boolean) => void
  #skews = $state.raw<readonly MemberSkew[]>([])
  #looking = 0
  #tick: ReturnType<typeof setInterval> | undefined
  /** Who was out of step when it was last said. */
  #off: ReadonlySet<number> = new Set()

  #moves = $derived.by(() => moves(this.#session.playback, this.#session.held !== null, this.nowMs))
  standings = $derived.by(() => {
    const { members, you } = this.#session
    return standingsOf({ members, you, moves: this.#moves }, this.#skews, this.history, this.nowMs)
  })
  verdict = $derived.by(() => this.#judged())

  /** `hear` says to the server whether we want to hear of it. */
  constructor(session: Session, hear: (hear: boolean) => void) {
    this.#session = session
    this.#hear = hear
  }

  /** Somebody looks from now on, until they call what this gives. */
  look(): () => void {
    this.#looking += 1
    if (this.#looking === 1) {
      this.#hear(true)
      this.nowMs = this.#session.asking.now()
      this.#tick = setInterval(() => (this.nowMs = this.#session.asking.now()), TICK_MS)
    }
    return () => {
      this.#looking -= 1
      if (this.#looking > 0) return
      clearInterval(this.#tick)
      this.#hear(false)
    }
  }

  /** The server has forgotten with the connection that we wanted to hear. */
  welcomed(): void {
    if (this.#looking > 0) this.#hear(true)
  }

  heard(skews: readonly MemberSkew[]): void {
    this.nowMs = this.#session.asking.now()
    this.history = withHeard(this.history, skews, this.nowMs)
    this.#skews = skews
    const { verdict } = this
    this.#off = new Set(verdict.kind === 'apart' ? verdict.off.map(({ member }) => member) : [])
  }

  #judged(): Verdict {
    const { connected, playback, me } = this.#session
    if (!connected) return { kind: 'lost' }
    if (playback.film === null) return { kind: 'noFilm' }
    if (me !== null && me.alone !== null) return { kind: 'onOwn' }
    if (!this.#moves) return { kind: 'stands' }
    return verdictOf(this.standings, this.#off)
  }
}
