// Which cues of a track hold at a moment: of subtitles, and of the pictures along the film. Pure; moments are seconds from
// the film's start, as in the browser's own cues.

export interface Timed {
  startTime: number
  endTime: number
}

export class Cues<T extends Timed> {
  /** By their starts. */
  #cues: readonly T[]
  /** The latest end of all cues up to here: where that is past, none of them holds any more. */
  #ends: readonly number[]

  constructor(cues: Iterable<T>) {
    this.#cues = [...cues].toSorted((one, other) => one.startTime - other.startTime)
    let latest = Number.NEGATIVE_INFINITY
    this.#ends = this.#cues.map(({ endTime }) => (latest = Math.max(latest, endTime)))
  }

  /** Those that hold, in the order in which they began. */
  at(seconds: number): T[] {
    const held: T[] = []
    for (let index = this.#begun(seconds) - 1; index >= 0 && this.#end(index) > seconds; index--) {
      const cue = this.#cues[index]
      if (cue !== undefined && cue.endTime > seconds) held.push(cue)
    }
    return held.toReversed()
  }

  /** How many have begun. */
  #begun(seconds: number): number {
    let [low, high] = [0, this.#cues.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#cues[middle]?.startTime ?? 0) <= seconds) low = middle + 1
      else high = middle
    }
    return low
  }

  #end(index: number): number {
    return this.#ends[index] ?? Number.NEGATIVE_INFINITY
  }
}

/** Whether a cue wants to stand at the top of the picture: its line counts from there, or is a share from there. */
export function isAtTop({ line, snapToLines }: { line: number | 'auto'; snapToLines: boolean }): boolean {
  if (line === 'auto') return false
  return snapToLines ? line >= 0 && line < TOP_LINES : line < 50
}

/** So many lines from above count as the top. */
const TOP_LINES = 6

/** Fetches a WebVTT file and has the browser read it. */
export function readCues(url: string, signal: AbortSignal): Promise<VTTCue[]> {
  return new Promise((resolve, reject) => {
    const track = document.createElement('track')
    track.kind = 'metadata'
    track.src = url
    track.addEventListener('load', () => resolve(Array.from(track.track.cues ?? []) as VTTCue[]), { signal })
    track.addEventListener('error', () => reject(new Error(`no cues at ${url}`)), { signal })
    signal.addEventListener('abort', () => track.remove())
    // The browser reads only what belongs to a media element, be it one that nobody sees.
    document.createElement('video').append(track)
    track.track.mode = 'hidden'
  })
}
