// Links of films in what people paste and drop.
import type { Command } from './commands'

/** The link in a text, if the text is one and nothing else. Whether it leads to a film, the server and players say. */
export function linkOf(text: string): string | null {
  const link = text.trim()
  return /^https?:\/\/[^\s/]\S*$/i.test(link) ? link : null
}

/** The first link of what was dropped. */
export function linkIn(data: DataTransfer | null): string | null {
  const lines = data?.getData('text/uri-list').split(/\r?\n/) ?? []
  return linkOf(lines.find((line) => line !== '' && !line.startsWith('#')) ?? '')
}

/** Whether what is dragged can be put on: files, or a link. */
export function holdsFilm(data: DataTransfer | null): boolean {
  return data !== null && (data.types.includes('Files') || data.types.includes('text/uri-list'))
}

/** What was pasted into the page, and not into a field; null if it is none of our business. */
export function pasted({ target, clipboardData }: ClipboardEvent): string | null {
  if (target instanceof Element && target.closest('input, textarea, select, dialog, [contenteditable]'))
    return null
  const text = clipboardData?.getData('text/plain').trim() ?? ''
  return text === '' ? null : text
}

/** Whose site it is, as people know it; null for films of this server. */
export function siteOf(url: string): string | null {
  const { origin, hostname } = new URL(url, location.href)
  return origin === location.origin ? null : hostname.replace(/^www\./, '')
}

/** Puts on what a link leads to, or adds it to the queue. */
export function commandFor(url: string, toQueue: boolean): Command {
  return toQueue ? { type: 'queue_add', url } : { type: 'link', url }
}
