import { beforeEach, describe, expect, it } from 'vitest'
import type { Film, Member, MemberSkew, Playback } from '../protocol'
import { speak, text } from '../text'
import { withHeard } from './history'
import { moves, roundedUp, standingsOf, verdictOf, type Standing } from './verdict'

const NOW = 100_000

function member(id: number, name: string, other: Partial<Member> = {}): Member {
  return { id, name, plays: true, away: false, alone: null, stalled: false, ...other } as Member
}

function standing(id: number, name: string, offMs: number | null, other: Partial<Standing> = {}): Standing {
  const mostlyMs = offMs === null ? null : Math.abs(offMs) + 1.5
  return { member: member(id, name), you: id === 1, offMs, mostlyMs, latencyMs: 5, ...other }
}

function said(standings: Standing[], before?: ReadonlySet<number>): string {
  return text.inStep.verdict(verdictOf(standings, before))
}

beforeEach(() => speak('en'))

describe('how everybody does', () => {
  it('is one figure that holds for all, as long as nobody is out of step', () => {
    expect(said([standing(1, 'Ana', 1), standing(2, 'Ben', -4)])).toBe(
      'Everybody is in step, within 6 milliseconds.',
    )
    expect(said([standing(1, 'Ana', -0.2, { mostlyMs: 0.4 })])).toBe('You are in step, within 1 millisecond.')
  })

  it('says so where it is not known of all', () => {
    expect(said([standing(1, 'Ana', 1), standing(2, 'Ben', null)])).toBe(
      'Everybody is in step, within 3 milliseconds, as far as their players tell.',
    )
    expect(said([standing(1, 'Ana', null)])).toBe('Measuring: that takes a few seconds of film.')
  })

  it('names who is off by more than a frame, and why, if that is to be seen', () => {
    const ana = standing(1, 'Ana', 1)
    expect(said([ana, standing(2, 'Ben', -60)])).toBe('Ben is 60 ms behind.')
    expect(said([ana, standing(2, 'Ben', -60, { latencyMs: 180 })])).toBe(
      'Ben is 60 ms behind, the link there is slow.',
    )
    expect(said([ana, standing(2, 'Ben', 60, { latencyMs: 180 })])).toBe('Ben is 60 ms ahead.')
    expect(said([standing(1, 'Ana', -1_540, { latencyMs: 180 }), standing(2, 'Ben', 2)])).toBe(
      'You are 1.5 s behind, your link is slow.',
    )
    expect(said([ana, standing(2, 'Ben', null, { member: member(2, 'Ben', { stalled: true }) })])).toBe(
      'Ben waits for the film to load.',
    )
  })

  it('names several, counts many, and tells how the others do', () => {
    const others = [standing(1, 'Ana', 1), standing(2, 'Ben', 3)]
    const cleo = standing(3, 'Cleo', -90)
    expect(said([...others, cleo])).toBe(
      'Cleo is 90 ms behind. Everybody else is in step, within 5 milliseconds.',
    )
    expect(said([standing(1, 'Ana', 70), standing(2, 'Ben', 3), cleo])).toBe(
      'Cleo and you are out of step, by up to 90 ms.',
    )
    const many = [4, 5, 6].map((id) => standing(id, `Guest ${id}`, -50))
    expect(said([...others, cleo, ...many])).toBe(
      '4 people are out of step, by up to 90 ms. Everybody else is in step, within 5 milliseconds.',
    )
  })

  it('is told in German, too', async () => {
    await speak('de')
    expect(said([standing(1, 'Ana', 1), standing(2, 'Ben', -4)])).toBe(
      'Alle sind auf 6 Millisekunden gleichauf.',
    )
    expect(said([standing(1, 'Ana', -60, { latencyMs: 180 }), standing(2, 'Ben', -4)])).toBe(
      'Du bist 60 ms zurück, deine Leitung ist langsam.',
    )
    expect(said([standing(1, 'Ana', 70), standing(3, 'Cleo', -90)])).toBe(
      'Nicht gleichauf: Cleo und du, um bis zu 90 ms.',
    )
  })

  it('leaves out who is away or on their own', () => {
    const ben = standing(2, 'Ben', -900, { member: member(2, 'Ben', { away: true }) })
    const cleo = standing(3, 'Cleo', -900, { member: member(3, 'Cleo', { alone: 'until_back' }) })
    expect(said([standing(1, 'Ana', 1), ben, cleo])).toBe('You are in step, within 3 milliseconds.')
  })

  it('does not flutter at the edge of a frame', () => {
    const edge = [standing(1, 'Ana', 1), standing(2, 'Ben', -38)]
    expect(verdictOf(edge).kind).toBe('together')
    expect(verdictOf(edge, new Set([2])).kind).toBe('apart')
    expect(verdictOf([standing(1, 'Ana', 1), standing(2, 'Ben', -31)], new Set([2])).kind).toBe('together')
  })
})

describe('a round figure', () => {
  it.each([
    [0, 1],
    [5.1, 6],
    [10, 10],
    [11, 15],
    [51, 60],
    [1_010, 1_100],
  ])('of %d ms is %d', (ms, round) => {
    expect(roundedUp(ms)).toBe(round)
  })
})

describe('how one person does', () => {
  const skews: MemberSkew[] = [
    { member: 1, latency_ms: 0, skew: { at_ms: NOW - 9_000, mean_ms: 2, p50_ms: 2, p95_ms: 5 } },
    { member: 2, latency_ms: 80, skew: { at_ms: NOW - 2_000, mean_ms: -7, p50_ms: 7, p95_ms: 11 } },
    { member: 3, latency_ms: 3, skew: null },
  ]
  const members = [
    member(1, 'Ana'),
    member(2, 'Ben'),
    member(3, 'Cleo'),
    member(4, 'Chatter', { plays: false }),
  ]
  const known = (moving: boolean) =>
    standingsOf({ members, you: 1, moves: moving }, skews, withHeard(new Map(), skews, NOW), NOW).map(
      ({ you, offMs, mostlyMs, latencyMs }) => [you, offMs, mostlyMs, latencyMs],
    )

  it('is what was told of late while the film moves, and what was told last while it stands', () => {
    expect(known(true)).toEqual([
      [true, null, null, null],
      [false, -7, 11, 80],
      [false, null, null, 3],
    ])
    expect(known(false)[0]).toEqual([true, 2, 5, null])
  })
})

describe('a film', () => {
  const film = { duration_ms: 60_000 } as Film
  const playing: Playback = { film, position_ms: 0, rate: 1, paused: false, at_ms: NOW, revision: 1 }

  it('moves while it plays, for nobody is waited, and it is not over', () => {
    expect(moves(playing, false, NOW + 1_000)).toBe(true)
    expect(moves({ ...playing, paused: true }, false, NOW + 1_000)).toBe(false)
    expect(moves(playing, true, NOW + 1_000)).toBe(false)
    expect(moves(playing, false, NOW + 60_000)).toBe(false)
    expect(moves({ ...playing, film: null }, false, NOW)).toBe(false)
  })
})
