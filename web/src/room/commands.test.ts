import { describe, expect, it } from 'vitest'
import { Commands } from './commands'

describe('Commands', () => {
  it('numbers on from what the server has', () => {
    const commands = new Commands()
    expect(commands.resume(7)).toEqual([])
    expect(commands.number({ type: 'pause', seen: 3 })).toEqual({ type: 'pause', id: 8, seen: 3 })
  })

  it('says again only the lines that the server has not', () => {
    const commands = new Commands()
    commands.resume(0)
    commands.number({ type: 'say', text: 'one' })
    commands.number({ type: 'play', seen: 1 })
    commands.number({ type: 'say', text: 'three' })
    expect(commands.resume(2)).toEqual([{ type: 'say', id: 3, text: 'three' }])
    expect(commands.number({ type: 'say', text: 'four' }).id).toBe(4)
  })

  it('says a line again as the answer that it was', () => {
    const commands = new Commands()
    commands.number({ type: 'say', text: 'yes', reply_to: 4 })
    expect(commands.resume(0)).toEqual([{ type: 'say', id: 1, text: 'yes', reply_to: 4 }])
  })

  it('keeps a line until it is confirmed', () => {
    const commands = new Commands()
    const { id } = commands.number({ type: 'say', text: 'hello' })
    expect(commands.unsentLines).toEqual([{ id, text: 'hello' }])
    commands.heardLine('hello')
    expect(commands.unsentLines).toEqual([])
    expect(commands.answered(id)).toBe('say')
    expect(commands.waiting.size).toBe(0)
  })

  it('forgets what waited when the connection was lost, except lines', () => {
    const commands = new Commands()
    commands.number({ type: 'seek', seen: 1, position_ms: 5 })
    commands.number({ type: 'say', text: 'still here' })
    commands.resume(0)
    expect([...commands.waiting]).toEqual(['say'])
  })
})
