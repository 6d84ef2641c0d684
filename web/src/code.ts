// Room codes as people type and paste them: any case, with spaces or dashes, or the whole link.

/** The code that is meant, in capitals; `''` if there is none in it. */
export function codeFrom(typed: string): string {
  const linked = /\/r\/([^/?#\s]+)/i.exec(typed)?.[1]
  return decoded(linked ?? typed)
    .replace(/[\s-]/g, '')
    .replace(/[^a-z0-9]/gi, '')
    .toUpperCase()
}

/** The link that brings friends into a room. */
export function linkTo(code: string, origin: string): string {
  return `${origin}/r/${code}`
}

/** Whether a host name leads everybody to their own machine. */
export function isThisMachine(hostname: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[?::1\]?)$/i.test(hostname)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
