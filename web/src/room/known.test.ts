import { beforeEach, expect, it } from 'vitest'
import type { Welcome } from '../connection'
import type { Line } from '../protocol'
import { playback } from '../sync/simulated'
import { Known } from './known.svelte'

class Room extends Known {
  comesIn(made_at_ms: number, log: readonly Line[]): void {
    const { room } = this
    const nothing = { members: [], uploads: [], playback: playback() }
    const welcome: Welcome = {
      type: 'welcome',
      protocol: 1,
      you: 1,
      last_command: 0,
      made_at_ms,
      room,
      log: [...log],
      ...nothing,
    }
    this.takeIn(welcome)
  }

  hears(line: Line): void {
    this.learn({ type: 'line', line })
  }

  get seqs(): number[] {
    return this.lines.map(({ seq }) => seq)
  }
}

const line = (seq: number): Line => ({ seq, at_ms: 0, member: 1, name: 'Ana', kind: 'said', text: `${seq}` })

let room: Room

beforeEach(() => {
  room = new Room('ABCDE')
  room.comesIn(1_000, [line(1), line(2), line(3)])
})

it('goes on with its lines when it comes back into the same room', () => {
  room.comesIn(1_000, [line(3), line(4)])
  room.hears(line(5))
  expect(room.seqs).toEqual([1, 2, 3, 4, 5])
})

it('has the lines of another room alone, once that has the code', () => {
  room.comesIn(2_000, [line(1)])
  room.hears(line(2))
  expect(room.seqs).toEqual([1, 2])
})
