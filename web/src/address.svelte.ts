// Where in the page we are: home, or in a room. The address bar is the only router.
import { codeFrom, pathTo } from './code'

let path = $state(location.pathname)

window.addEventListener('popstate', () => {
  path = location.pathname
})

/** The code of the room that the address names, or null at home. */
export function roomCode(): string | null {
  return path.startsWith('/r/') ? codeFrom(path) : null
}

export function goHome(): void {
  go('/')
}

export function goToRoom(code: string): void {
  go(pathTo(code))
}

function go(to: string): void {
  if (to !== location.pathname) history.pushState(null, '', to)
  path = to
}
