import { describe, expect, it } from 'vitest'
import { Refusal } from '../api'
import { Commands } from './commands'

const LOST = new Refusal('unreachable', 'Not connected just now.')

describe('Commands', () => {
  it('numbers on from what the server has', () => {
    const commands = new Commands()
    expect(commands.resume(7, LOST)).toEqual([])
    expect(commands.number({ type: 'pause', seen: 3 })).toEqual({ type: 'pause', id: 8, seen: 3 })
  })

  it('says again only the lines that the server has not', () => {
    const commands = new Commands()
    commands.resume(0, LOST)
    commands.number({ type: 'say', text: 'one' })
    commands.number({ type: 'play', seen: 1 })
    commands.number({ type: 'say', text: 'three' })
    expect(commands.resume(2, LOST)).toEqual([{ type: 'say', id: 3, text: 'three' }])
    expect(commands.number({ type: 'say', text: 'four' }).id).toBe(4)
  })

  it('says a line again as the answer that it was', () => {
    const commands = new Commands()
    commands.number({ type: 'say', text: 'yes', reply_to: 4 })
    expect(commands.resume(0, LOST)).toEqual([{ type: 'say', id: 1, text: 'yes', reply_to: 4 }])
  })

  it('keeps a line until it is confirmed', () => {
    const commands = new Commands()
    const { id } = commands.number({ type: 'say', text: 'hello' })
    expect(commands.unsentLines).toEqual([{ id, text: 'hello' }])
    commands.heardLine('hello')
    expect(commands.unsentLines).toEqual([])
    expect(commands.answered(id, null)).toBe(false)
    expect(commands.waiting.size).toBe(0)
  })

  it('tells who waits for the answer, and nobody else', () => {
    const commands = new Commands()
    const heard: [string, string | null][] = []
    const tells = (what: string) => (refused: Refusal | null) => heard.push([what, refused?.code ?? null])
    const add = commands.number({ type: 'queue_clear' }, tells('clear'))
    const rename = commands.number({ type: 'rename', name: 'Bo' }, tells('rename'))
    const play = commands.number({ type: 'play', seen: 1 })
    const refusal = new Refusal('not_host', 'Only hosts can do that.')
    expect(commands.answered(rename.id, refusal)).toBe(true)
    expect(commands.answered(add.id, null)).toBe(true)
    expect(commands.answered(play.id, refusal)).toBe(false)
    expect(commands.answered(rename.id, refusal)).toBe(false)
    expect(heard).toEqual([
      ['rename', 'not_host'],
      ['clear', null],
    ])
  })

  it('tells after a lost connection what was done, and what was not', () => {
    const commands = new Commands()
    const heard: (string | null)[] = []
    for (let at = 0; at < 2; at++)
      commands.number({ type: 'queue_clear' }, (refused) => heard.push(refused?.code ?? null))
    commands.resume(1, LOST)
    expect(heard).toEqual([null, 'unreachable'])
  })

  it('forgets what waited when the connection was lost, except lines', () => {
    const commands = new Commands()
    commands.number({ type: 'seek', seen: 1, position_ms: 5 })
    commands.number({ type: 'say', text: 'still here' })
    commands.resume(0, LOST)
    expect([...commands.waiting]).toEqual(['say'])
  })
})
