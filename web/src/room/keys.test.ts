// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { handleKey } from './keys'

const actions = {
  toggle: vi.fn(),
  seekBy: vi.fn(),
  mute: vi.fn(),
  fullscreen: vi.fn(),
  wide: vi.fn(),
  chat: vi.fn(),
  help: vi.fn(),
  subtitles: vi.fn(),
  delaySubtitles: vi.fn(),
  chapter: vi.fn(),
}
const KEYS = [' ', 'k', 'j', 'l', 'm', 'f', 't', 'c', 'v', 'g', 'h', ',', '.', '?', 'ArrowLeft', 'ArrowRight']

function press(key: string, on: Element = document.body, how: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...how })
  on.addEventListener('keydown', (pressed) => handleKey(pressed as KeyboardEvent, actions), { once: true })
  on.dispatchEvent(event)
  return event
}

/** The first element of some HTML, in the page. */
function shown(html: string): Element {
  document.body.innerHTML = html
  const element = document.body.querySelector('.here') ?? document.body.firstElementChild
  if (element === null) throw new Error(`nothing in ${html}`)
  return element
}

function acted(): number {
  return Object.values(actions).reduce((sum, { mock }) => sum + mock.calls.length, 0)
}

beforeEach(() => {
  vi.clearAllMocks()
  document.body.innerHTML = ''
})

describe('keys', () => {
  it.each(KEYS)('%j does one thing', (key) => {
    expect(press(key).defaultPrevented).toBe(true)
    expect(acted()).toBe(1)
  })

  it('work with caps lock on, and with shift only for what needs it', () => {
    press('K')
    press('?', document.body, { shiftKey: true })
    expect(acted()).toBe(2)
    press('K', document.body, { shiftKey: true })
    press('ArrowLeft', document.body, { shiftKey: true })
    expect(acted()).toBe(2)
  })

  it.each(['ctrlKey', 'metaKey', 'altKey'] as const)('with %s are the browser’s', (held) => {
    for (const key of KEYS) expect(press(key, document.body, { [held]: true }).defaultPrevented).toBe(false)
    expect(acted()).toBe(0)
  })

  it('with AltGr are what it makes of them', () => {
    vi.spyOn(KeyboardEvent.prototype, 'getModifierState').mockReturnValueOnce(true)
    press('j')
    expect(acted()).toBe(0)
  })

  it('that are held down move the film and its subtitles on, and switch nothing to and fro', () => {
    for (const key of KEYS) press(key, document.body, { repeat: true })
    expect(actions.seekBy).toHaveBeenCalledTimes(4)
    expect(actions.delaySubtitles.mock.calls).toEqual([[-100], [100]])
    expect(acted()).toBe(6)
  })
})

describe('typing', () => {
  it.each([
    '<input>',
    '<input type="text">',
    '<input type="password">',
    '<input type="checkbox">',
    '<textarea></textarea>',
    '<select><option>1</option></select>',
    '<div contenteditable="true"></div>',
    '<div contenteditable="true"><b class="here">bold</b></div>',
    '<div role="textbox" tabindex="0"></div>',
  ])('in %s plays nothing', (html) => {
    const field = shown(html)
    for (const key of KEYS) expect(press(key, field).defaultPrevented).toBe(false)
    expect(acted()).toBe(0)
  })

  it('with an input method plays nothing', () => {
    for (const key of KEYS) press(key, document.body, { isComposing: true })
    press('Process')
    press('Dead')
    expect(acted()).toBe(0)
  })

  it('plays nothing while a dialog is open, wherever the focus is', () => {
    const inside = shown('<dialog open><button class="here">Close</button></dialog><p>behind</p>')
    for (const key of KEYS) {
      press(key, inside)
      press(key)
    }
    expect(acted()).toBe(0)
  })
})

describe('a focused control', () => {
  it.each([
    '<button>Play</button>',
    '<a href="/">home</a>',
    '<details><summary class="here">more</summary></details>',
    '<input type="radio">',
  ])('%s keeps space for itself, and nothing else', (html) => {
    const control = shown(html)
    press(' ', control)
    expect(acted()).toBe(0)
    press('k', control)
    expect(acted()).toBe(1)
  })

  it.each([
    '<div role="tablist"><button class="here">Chat</button></div>',
    '<input type="range">',
    '<input type="radio">',
  ])('%s keeps the arrows', (html) => {
    press('ArrowLeft', shown(html))
    expect(acted()).toBe(0)
  })

  it('that is a slider leaves space and letters to the film', () => {
    const slider = shown('<input type="range">')
    press(' ', slider)
    press('m', slider)
    expect(acted()).toBe(2)
  })

  it('is not asked for keys that something has handled', () => {
    const event = new KeyboardEvent('keydown', { key: 'k', cancelable: true })
    event.preventDefault()
    expect(handleKey(event, actions)).toBe(false)
  })
})
