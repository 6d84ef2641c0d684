// Short sentences that pass over the page: refusals and confirmations.

export interface Toast {
  id: number
  text: string
}

const SHOWN_MS = 5_000
const SHOWN_MAX = 3

let shown = $state<Toast[]>([])
let last = 0

export function toasts(): readonly Toast[] {
  return shown
}

export function toast(text: string): void {
  last += 1
  const id = last
  shown = [...shown.filter((other) => other.text !== text), { id, text }].slice(-SHOWN_MAX)
  setTimeout(() => {
    shown = shown.filter((other) => other.id !== id)
  }, SHOWN_MS)
}
