// Keeps the screen from going dark while a film plays and the page is seen. A browser without wake locks does as before.

/** What of the browser this needs. */
export interface Screen {
  wakeLock: Pick<WakeLock, 'request'> | undefined
  document: Pick<Document, 'visibilityState' | 'addEventListener' | 'removeEventListener'>
}

export class ScreenLight {
  #screen: Screen
  #wanted = false
  #held: WakeLockSentinel | null = null
  #asking = false

  constructor(screen: Screen = { wakeLock: navigator.wakeLock as WakeLock | undefined, document }) {
    this.#screen = screen
    screen.document.addEventListener('visibilitychange', this.#settle)
  }

  /** Whether the screen is to stay on, from now on. */
  keep(wanted: boolean): void {
    this.#wanted = wanted
    this.#settle()
  }

  end(): void {
    this.#screen.document.removeEventListener('visibilitychange', this.#settle)
    this.keep(false)
  }

  /** The browser takes the lock away when the page is not seen: seen again, it is taken again. */
  #settle = (): void => {
    const due = this.#wanted && this.#screen.document.visibilityState === 'visible'
    if (!due) void this.#release()
    else if (this.#held === null && !this.#asking) void this.#take()
  }

  async #take(): Promise<void> {
    const { wakeLock } = this.#screen
    if (wakeLock === undefined) return
    this.#asking = true
    try {
      const held = await wakeLock.request('screen')
      this.#held = held
      held.addEventListener('release', () => {
        if (this.#held === held) this.#held = null
      })
    } catch {
      // Refused, as with an empty battery: the screen may go dark.
      return
    } finally {
      this.#asking = false
    }
    // Meanwhile the film may have paused.
    this.#settle()
  }

  async #release(): Promise<void> {
    const held = this.#held
    this.#held = null
    await held?.release().catch(() => {})
  }
}
