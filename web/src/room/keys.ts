// The keyboard of the room. Keys that somebody types into a field, or that belong to a focused control, are theirs.

export interface KeyActions {
  toggle(): void
  seekBy(ms: number): void
  mute(): void
  fullscreen(): void
  chat(): void
  help(): void
}

/** Handles a key press; returns whether it was ours. */
export function handleKey(event: KeyboardEvent, actions: KeyActions): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false
  const { target } = event
  if (!(target instanceof Element) || target.closest('textarea, select, dialog, [contenteditable]'))
    return false
  if (target instanceof HTMLInputElement && target.type !== 'range') return false
  // A focused button is pressed by space, a tab is changed by arrows, a slider moved by them.
  if (event.key === ' ' && target.closest('button, summary, a')) return false
  if (event.key.startsWith('Arrow') && target.closest('[role="tablist"], input')) return false
  const act = actionOf(event.key, actions)
  if (act === null) return false
  event.preventDefault()
  act()
  return true
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
    case 'c':
      return actions.chat
    case '?':
      return actions.help
    default:
      return null
  }
}
