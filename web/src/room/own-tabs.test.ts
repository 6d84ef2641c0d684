import { afterEach, describe, expect, it, vi } from 'vitest'
import { OwnTabs } from './own-tabs.svelte'

const open: OwnTabs[] = []

function opened(code: string, member: number): OwnTabs {
  const tab = new OwnTabs(code)
  tab.are(member)
  open.push(tab)
  return tab
}

afterEach(() => open.splice(0).forEach((tab) => tab.end()))

describe('OwnTabs', () => {
  it('know each other, whichever came first', async () => {
    const first = opened('S4DNY4', 1)
    const second = opened('S4DNY4', 4)
    await vi.waitFor(() => expect([first.has(4), second.has(1)]).toEqual([true, true]))
    expect([first.has(1), first.has(2)]).toEqual([false, false])
  })

  it('know nothing of tabs in another room', async () => {
    const here = opened('S4DNY4', 1)
    const there = opened('OTHER1', 2)
    const third = opened('S4DNY4', 3)
    await vi.waitFor(() => expect(here.has(3)).toBe(true))
    expect([here.has(2), third.has(2), there.has(1)]).toEqual([false, false, false])
  })
})
