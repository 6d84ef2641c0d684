import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Session } from '../room/session.svelte'
import { InStep } from './in-step.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A room of Ana and Ben in which a film plays. */
function room() {
  const members = [
    { id: 1, name: 'Ana', plays: true, away: false, alone: null, stalled: false },
    { id: 2, name: 'Ben', plays: true, away: false, alone: null, stalled: false },
  ]
  const playback = {
    film: { duration_ms: null },
    position_ms: 0,
    rate: 1,
    paused: false,
    at_ms: 0,
    revision: 1,
  }
  const asking = { now: () => performance.now() }
  const session = { connected: true, members, you: 1, me: members[0], playback, held: null, asking }
  const told: boolean[] = []
  const inStep = new InStep(session as unknown as Session, (hear) => told.push(hear))
  const heard = (anasMs: number, bensMs: number) =>
    inStep.heard(
      [anasMs, bensMs].map((mean_ms, index) => ({
        member: index + 1,
        latency_ms: 5,
        skew: { at_ms: performance.now(), mean_ms, p50_ms: Math.abs(mean_ms), p95_ms: Math.abs(mean_ms) },
      })),
    )
  return { inStep, told, heard }
}

it('asks the server only while somebody looks, and again after a new connection', () => {
  const { inStep, told } = room()
  inStep.welcomed()
  expect(told).toEqual([])
  const [first, second] = [inStep.look(), inStep.look()]
  expect(told).toEqual([true])
  first()
  inStep.welcomed()
  expect(told).toEqual([true, true])
  second()
  expect(told).toEqual([true, true, false])
  inStep.welcomed()
  expect(told).toHaveLength(3)
  expect(vi.getTimerCount()).toBe(0)
})

it('knows how everybody does, and no longer when it is told nothing more', () => {
  const { inStep, heard } = room()
  const stop = inStep.look()
  expect(inStep.verdict).toEqual({ kind: 'measuring' })
  heard(2, -5)
  expect(inStep.standings.map(({ offMs }) => offMs)).toEqual([2, -5])
  expect(inStep.verdict).toEqual({ kind: 'together', people: 2, withinMs: 5, all: true })
  vi.advanceTimersByTime(3_000)
  heard(2, -60)
  expect(inStep.verdict).toMatchObject({ kind: 'apart', off: [{ name: 'Ben', offMs: -60 }] })
  expect(inStep.history.get(2)?.map(({ meanMs }) => meanMs)).toEqual([-5, -60])
  vi.advanceTimersByTime(9_000)
  expect(inStep.verdict).toEqual({ kind: 'measuring' })
  stop()
})
