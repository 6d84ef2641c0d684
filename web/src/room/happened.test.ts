import { beforeAll, describe, expect, it } from 'vitest'
import type { Line } from '../protocol'
import { speak } from '../text'
import { happened } from './happened'

beforeAll(() => speak('en'))

const joined = (member: number, name: string, namesake?: number): Line => ({
  seq: member,
  at_ms: 0,
  member,
  name,
  ...(namesake === undefined ? {} : { namesake }),
  kind: 'joined',
})
const ben = joined(2, 'Ben')
const otherBen = joined(3, 'Ben', 2)
const deed = { seq: 9, at_ms: 0 } as const

describe('what happened', () => {
  it('tells people of one name apart, who did it and whom it was done to', () => {
    const lines = [joined(1, 'Ana'), ben, otherBen]
    expect(happened(otherBen, lines)).toBe('Ben (2) joined')
    const host = {
      ...deed,
      member: 2,
      name: 'Ben',
      kind: 'host',
      whom: 3,
      whom_name: 'Ben',
      host: true,
    } as const
    expect(happened(host, lines)).toBe('Ben made Ben (2) a host')
    expect(happened({ ...host, member: 3, namesake: 2, whom: 2 }, lines)).toBe('Ben (2) made Ben a host')
    const out = {
      ...deed,
      member: 1,
      name: 'Ana',
      kind: 'put_out',
      whom: 3,
      whom_name: 'Ben',
      banned: true,
    } as const
    expect(happened(out, lines)).toBe('Ana banned Ben (2)')
  })

  it('leaves a number out that somebody had under another name', () => {
    const muted = {
      ...deed,
      member: 1,
      name: 'Ana',
      kind: 'muted',
      whom: 3,
      whom_name: 'Benno',
      muted: false,
    } as const
    expect(happened({ ...muted, minutes: null }, [ben, otherBen])).toBe('Ana lets Benno speak again')
  })

  it('tells what the room voted as the deed of nobody alone', async () => {
    const picked = { ...deed, member: 2, name: 'Ben', kind: 'picked', title: 'The Kid' } as const
    expect(happened(picked, [])).toBe('Ben put on The Kid')
    expect(happened({ ...picked, voted: true }, [])).toBe('The room voted to skip. Now on: The Kid')
    await speak('de')
    expect(happened({ ...picked, voted: true }, [])).toBe(
      'Der Raum hat abgestimmt: Es geht weiter mit The Kid',
    )
    await speak('en')
  })

  it('knows somebody whose lines are gone by their entry among the members', () => {
    const set = {
      ...deed,
      member: 1,
      name: 'Ana',
      kind: 'host',
      whom: 3,
      whom_name: 'Ben',
      host: false,
    } as const
    expect(happened(set, [{ id: 3, name: 'Ben', namesake: 2 }])).toBe('Ana removed Ben (2) as host')
  })
})
