// Room codes as people type and paste them: any case, with spaces or dashes, or the whole link. Rooms that other
// systems' clients have named as they like go by just that name.

/** The code or name that is meant, as the server writes it; `''` if there is none in it. */
export function codeFrom(typed: string): string {
  const linked = /\/r\/([^?#\s]+)/i.exec(typed)?.[1]
  return folded(linked === undefined ? typed.trim() : decoded(linked.replace(/\/+$/, '')))
}

/** Where in the page a room is. */
export function pathTo(code: string): string {
  return `/r/${encodeURIComponent(code)}`
}

/** The link that brings friends into a room. */
export function linkTo(code: string, origin: string): string {
  return origin + pathTo(code)
}

/** Whether it is a code to read out to somebody: short, and of letters and digits. */
export function isSpoken(code: string): boolean {
  return /^[A-Z0-9]{1,12}$/.test(code)
}

/** Whether a host name leads everybody to their own machine. */
export function isThisMachine(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(hostname)
}

/** By the server's rule: what is all letters and digits is a code in any spelling, all else is a name. */
function folded(text: string): string {
  const code = text.replace(/[\p{White_Space}-]/gu, '')
  return /^[a-z0-9]*$/i.test(code) ? code.toUpperCase() : text
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
