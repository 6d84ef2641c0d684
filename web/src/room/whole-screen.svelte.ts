// When the film is the whole screen: by the fullscreen button, or because a phone is held sideways.

const sideways = matchMedia('(orientation: landscape) and (max-height: 500px)')

/** An iPhone has no whole screen but that of its own player: what tells of one is not `null` there, but missing. */
function isAsked(): boolean {
  return (document.fullscreenElement ?? null) !== null
}

export class WholeScreen {
  #asked = $state(isAsked())
  #sideways = $state(sideways.matches)
  #ends = new AbortController()

  constructor() {
    const { signal } = this.#ends
    document.addEventListener('fullscreenchange', () => (this.#asked = isAsked()), { signal })
    sideways.addEventListener('change', () => (this.#sideways = sideways.matches), { signal })
  }

  /** Somebody pressed the button. */
  get asked(): boolean {
    return this.#asked
  }

  /** `film`: whether there is one. Without a film the room keeps its ordinary shape, with all that it offers. */
  on(film: boolean): boolean {
    return film && (this.#asked || this.#sideways)
  }

  /** `room` is shown whole, or the film alone where a phone allows nothing else. */
  async toggle(room: HTMLElement, video: HTMLVideoElement): Promise<void> {
    try {
      if (isAsked()) await document.exitFullscreen()
      else if ('requestFullscreen' in room) await room.requestFullscreen()
      else if ('webkitEnterFullscreen' in video && typeof video.webkitEnterFullscreen === 'function') {
        video.webkitEnterFullscreen()
      }
    } catch {
      // Refused by the browser: the film stays where it is.
    }
  }

  end(): void {
    this.#ends.abort()
  }
}
