// Short sentences that pass over the page: refusals and confirmations, some with a thing to do.

export interface Action {
  name: string
  act: () => void
}

export interface Toast {
  id: number
  text: string
  action: Action | null
}

const SHOWN_MS = 5_000
/** Somebody has to read it, decide and press. */
const SHOWN_WITH_ACTION_MS = 15_000
const SHOWN_MAX = 3

let shown = $state<Toast[]>([])
let last = 0

export function toasts(): readonly Toast[] {
  return shown
}

/** Shows a sentence for a while; the answer takes it away before its time. */
export function toast(text: string, action: Action | null = null): () => void {
  last += 1
  const id = last
  shown = [...shown.filter((other) => other.text !== text), { id, text, action }].slice(-SHOWN_MAX)
  const remove = () => {
    shown = shown.filter((other) => other.id !== id)
  }
  setTimeout(remove, action === null ? SHOWN_MS : SHOWN_WITH_ACTION_MS)
  return remove
}
