// Links in what people say: what of a line is one, where it leads, and what it really says.

/** A part of a line; with `href` it is a link. `host`: its host as computers spell it, where that looks different. */
export interface Piece {
  words: string
  href?: string
  host?: string
}

/** No blanks, and nothing invisible that could turn the order of letters about. */
const ADDRESS = /https?:\/\/[^\s\p{C}<>"]+/giu
/** What ends a sentence and not an address. */
const END = /[.,;:!?'"’”»…*_~]$/u
const BRACKETS: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

/** Cuts a line into words and links. All pieces together are the line as it was. */
export function piecesOf(line: string): Piece[] {
  const pieces: Piece[] = []
  let done = 0
  for (const { 0: found, index } of line.matchAll(ADDRESS)) {
    const words = withoutEnd(found)
    const link = linkOf(words)
    if (link === null) continue
    if (index > done) pieces.push({ words: line.slice(done, index) })
    pieces.push(link)
    done = index + words.length
  }
  if (done < line.length) pieces.push({ words: line.slice(done) })
  return pieces
}

function linkOf(words: string): Piece | null {
  // A name before the host reads like the host: https://bank.example@elsewhere.example.
  const url = parsed(words)
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    return null
  // Letters of other scripts can look like Latin ones: аррӏе.com is not apple.com.
  const strange = url.hostname.split('.').some((label) => label.startsWith('xn--'))
  const host = strange && !words.toLowerCase().includes(url.hostname) ? url.hostname : undefined
  return { words, href: url.href, ...(host === undefined ? {} : { host }) }
}

function parsed(words: string): URL | null {
  try {
    return new URL(words)
  } catch {
    return null
  }
}

function withoutEnd(address: string): string {
  const last = address.at(-1) ?? ''
  const opens = BRACKETS[last]
  // A bracket that is opened within the address belongs to it.
  const loose = opens !== undefined && count(address, last) > count(address, opens)
  return END.test(address) || loose ? withoutEnd(address.slice(0, -1)) : address
}

function count(words: string, letter: string): number {
  return words.split(letter).length - 1
}
