import { beforeEach, expect, it } from 'vitest'
import { ScreenLight, type Screen } from './wake-lock'

/** A browser's screen: how many locks it has given, and how many are held. */
class Phone {
  given = 0
  held = new Set<EventTarget>()
  refuses = false
  page = Object.assign(new EventTarget(), { visibilityState: 'visible' as DocumentVisibilityState })

  screen(): Screen {
    const request = async (): Promise<WakeLockSentinel> => {
      if (this.refuses) throw new DOMException('battery', 'NotAllowedError')
      const lock = Object.assign(new EventTarget(), { release: async () => this.release(lock) })
      this.given += 1
      this.held.add(lock)
      return lock as unknown as WakeLockSentinel
    }
    return { wakeLock: { request }, document: this.page }
  }

  release(lock: EventTarget): void {
    if (this.held.delete(lock)) lock.dispatchEvent(new Event('release'))
  }

  /** Hides the page or shows it again; a hidden page loses its locks. */
  async see(visible: boolean): Promise<void> {
    this.page.visibilityState = visible ? 'visible' : 'hidden'
    if (!visible) for (const lock of this.held) this.release(lock)
    this.page.dispatchEvent(new Event('visibilitychange'))
    await settled()
  }
}

/** All that was asked for has been answered. */
const settled = () => new Promise((done) => setImmediate(done))

let phone: Phone
let light: ScreenLight

beforeEach(() => {
  phone = new Phone()
  light = new ScreenLight(phone.screen())
})

it('stays on while a film plays', async () => {
  light.keep(true)
  light.keep(true)
  await settled()
  expect([phone.given, phone.held.size]).toEqual([1, 1])
  light.keep(false)
  await settled()
  expect(phone.held.size).toBe(0)
})

it('is taken again when the page is seen again', async () => {
  light.keep(true)
  await settled()
  await phone.see(false)
  expect(phone.held.size).toBe(0)
  await phone.see(true)
  expect([phone.given, phone.held.size]).toEqual([2, 1])
})

it('is not taken for a page that is not seen, or a film that is paused', async () => {
  await phone.see(false)
  light.keep(true)
  await settled()
  light.keep(false)
  await phone.see(true)
  expect(phone.given).toBe(0)
})

it('is given back when the film paused while it was asked for', async () => {
  light.keep(true)
  light.keep(false)
  await settled()
  expect([phone.given, phone.held.size]).toEqual([1, 0])
})

it('is asked for again after a refusal, at the next occasion', async () => {
  phone.refuses = true
  light.keep(true)
  await settled()
  phone.refuses = false
  await phone.see(true)
  expect(phone.held.size).toBe(1)
})

it('is given back at the end, for good', async () => {
  light.keep(true)
  await settled()
  light.end()
  await phone.see(true)
  expect(phone.held.size).toBe(0)
})

it('is left alone where the browser has no such thing', async () => {
  const old = new ScreenLight({ wakeLock: undefined, document: phone.page })
  old.keep(true)
  await settled()
  old.end()
  expect(phone.given).toBe(0)
})
