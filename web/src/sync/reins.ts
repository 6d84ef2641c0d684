// How a player may be driven: finely, as a <video> element, or coarsely, as a player in another site's frame, whose
// seeks take a second, whose starts are late, and whose speeds come in steps.

export interface Reins {
  /** Whether its rate may be bent to close a small skew. */
  bends: boolean
  /** Positions nearer than this are the same place: no seek for it while paused. */
  restMs: number
  /** A player that plays is sought anew when further off than this. */
  seekMs: number
  /** The same for a player that stands still: a seek disturbs nobody then. */
  seekAtRestMs: number
  /** The least time between two seeks of a player that plays; doubles while seeks do not help. */
  coolDownMs: number
  /** How long its seeks take, until that is learned. */
  seekTakesMs: number
  /** How long after `play` it moves where it stood, and at a new place, until that is learned; and at most. */
  startTakesMs: { goesOn: number; begins: number }
  startTakesMsMax: number
  /** The same for its first start, which teaches nothing about the others; null if it does. */
  firstStartTakesMs: number | null
  /** It may wait this long for bytes before anybody is told. */
  stallMs: number
}

export const FINE: Reins = {
  bends: true,
  restMs: 15,
  seekMs: 500,
  seekAtRestMs: 150,
  coolDownMs: 1_000,
  seekTakesMs: 150,
  startTakesMs: { goesOn: 0, begins: 80 },
  startTakesMsMax: 300,
  firstStartTakesMs: null,
  stallMs: 300,
}

export const COARSE: Reins = {
  bends: false,
  restMs: 150,
  seekMs: 500,
  seekAtRestMs: 300,
  coolDownMs: 4_000,
  seekTakesMs: 600,
  startTakesMs: { goesOn: 250, begins: 250 },
  startTakesMsMax: 2_000,
  firstStartTakesMs: 900,
  stallMs: 2_000,
}
