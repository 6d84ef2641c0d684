// The last minute as lines: how far the scale reaches, and where each line goes. Pure. A plot is 100 wide and 100 high;
// now is at its right edge, being ahead is above its middle.
import { KEPT_MS, type Sample } from './history'

/** How long a film shows one picture: most are made with 24 a second. */
export const FRAME_MS = 1_000 / 24
/** How far a scale reaches either way. The least still has the band of one frame inside it. */
const SCALES_MS = [50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]
/** A line is broken where nothing was told for longer than this: the film stood still. */
const BREAK_MS = 10_000
const MIDDLE = 50
const DASHES = ['none', '8 5', '2 5', '10 5 2 5']

/** The nearest scale on which all of the samples have their place. */
export function scaleOf(lines: Iterable<readonly Sample[]>): number {
  const furthest = Math.max(0, ...[...lines].flat().map(({ meanMs }) => Math.abs(meanMs)))
  return SCALES_MS.find((scale) => furthest <= scale) ?? 10_000
}

/** How high so many milliseconds are. */
export function heightOf(ms: number, scaleMs: number): number {
  return (Math.abs(ms) / scaleMs) * MIDDLE
}

/** A line as an SVG path. Samples that stand alone are drawn as well, by the round ends of a line without length. */
export function pathOf(samples: readonly Sample[], scaleMs: number, now: number): string {
  const seen = samples.filter(({ atMs }) => atMs >= now - KEPT_MS)
  const pieces = seen.map(({ atMs, meanMs }, index) => {
    const before = seen[index - 1]
    const x = hundredths(100 - ((now - atMs) / KEPT_MS) * 100)
    const y = hundredths(MIDDLE - (meanMs / scaleMs) * MIDDLE)
    const goesOn = before !== undefined && atMs - before.atMs <= BREAK_MS
    return goesOn ? `L${x} ${y}` : `M${x} ${y}h0`
  })
  return pieces.join('')
}

/** How a person's line is dashed, so that lines of like colours are told apart; the first four of a room differ. */
export function dashOf(member: number): string {
  return DASHES[(Math.max(1, member) - 1) % DASHES.length] ?? ''
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
