// The keyboard of the room. Keys that somebody types into a field, or that belong to a focused control, are theirs.

export interface KeyActions {
  toggle(): void
  seekBy(ms: number): void
  mute(): void
  fullscreen(): void
  wide(): void
  chat(): void
  help(): void
  subtitles(): void
  delaySubtitles(ms: number): void
  chapter(way: 'next' | 'before'): void
}

/** Keys that move the film, or its subtitles, bit by bit. */
const MOVES = new Set(['arrowleft', 'arrowright', 'j', 'l', 'g', 'h'])
/** Fields that nobody types into. */
const CHOOSES = new Set(['range', 'radio'])

/** Handles a key press; returns whether it was ours. */
export function handleKey(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.defaultPrevented || isTheirs(event)) return false
  const act = actionOf(event.key, actions)
  if (act === null) return false
  event.preventDefault()
  // A key that is held down goes on moving, and does everything else once.
  if (!event.repeat || MOVES.has(event.key.toLowerCase())) act()
  return true
}

/** Whether the press is for something else: the browser, an input method, a field, a dialog, a focused control. */
function isTheirs(event: KeyboardEvent): boolean {
  const { key, target } = event
  if (event.ctrlKey || event.metaKey || event.altKey || event.getModifierState('AltGraph')) return true
  // With shift, only what cannot be typed without it.
  if (event.shiftKey && key !== '?') return true
  if (event.isComposing || key === 'Process' || key === 'Dead') return true
  // Behind a dialog nothing is to happen, wherever the focus has gone.
  if (document.querySelector('dialog[open]') !== null) return true
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('textarea, select, [role="textbox"]') !== null) return true
  if (target instanceof HTMLInputElement && !CHOOSES.has(target.type)) return true
  // A focused button is pressed by space, a tab is changed by arrows, a slider moved by them.
  if (key === ' ') return target.closest('button, summary, a, [role="button"], [type="radio"]') !== null
  return key.startsWith('Arrow') && target.closest('[role="tablist"], input') !== null
}

function actionOf(key: string, actions: KeyActions): (() => void) | null {
  switch (key.toLowerCase()) {
    case ' ':
    case 'k':
      return actions.toggle
    case 'arrowleft':
      return () => actions.seekBy(-5_000)
    case 'arrowright':
      return () => actions.seekBy(5_000)
    case 'j':
      return () => actions.seekBy(-10_000)
    case 'l':
      return () => actions.seekBy(10_000)
    case 'm':
      return actions.mute
    case 'f':
      return actions.fullscreen
    case 't':
      return actions.wide
    case 'c':
      return actions.chat
    case 'v':
      return actions.subtitles
    case 'g':
      return () => actions.delaySubtitles(-100)
    case 'h':
      return () => actions.delaySubtitles(100)
    case ',':
      return () => actions.chapter('before')
    case '.':
      return () => actions.chapter('next')
    case '?':
      return actions.help
    default:
      return null
  }
}
