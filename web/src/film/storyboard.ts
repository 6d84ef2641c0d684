// The small pictures along a film: a WebVTT file whose cues name a part of a larger sheet. Pure.
import type { Timed } from './cues'

/** A picture that stands for some seconds of the film, in pixels of its sheet. */
export interface Frame extends Timed {
  sheet: string
  x: number
  y: number
  width: number
  height: number
}

/** What a cue of the storyboard at address `board` shows; null if it says nothing that we know. */
export function frameOf(cue: Timed & { text: string }, board: string): Frame | null {
  const [, file, ...numbers] = /^(\S+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/.exec(cue.text.trim()) ?? []
  const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number)
  if (file === undefined || width === 0 || height === 0) return null
  const { startTime, endTime } = cue
  return { startTime, endTime, sheet: new URL(file, board).href, x, y, width, height }
}
