// The WebSocket of a room: says hello, hands messages on, notices silence, and comes back by itself for ever.
import type { ClientMessage, ServerMessage } from './protocol'

export type Hello = Extract<ClientMessage, { type: 'hello' }>
export type Welcome = Extract<ServerMessage, { type: 'welcome' }>
export type Refused = Extract<ServerMessage, { type: 'refused' }>

/** Why a connection is over for good. */
export type Final = 'replaced' | 'ended' | 'put_out' | 'banned'

export interface ConnectionListener {
  /** The hello to say, made anew for every attempt. */
  hello(): Hello
  welcomed(welcome: Welcome): void
  /** The hello was refused; the connection rests until `open` is called again. */
  turnedAway(refused: Refused): void
  message(message: ServerMessage): void
  /** The connection is lost and being made again. `opened`: whether it had been made at all. */
  lost(opened: boolean): void
  over(why: Final): void
}

const RETRY_MS = 250
/** Short enough that a page is back in step within five seconds of the server, however long that was away. */
const RETRY_MS_MAX = 3_000
/** After a close that says "not so fast", the first attempt waits this long. */
const RETRY_MS_SLOW = 1_500
/** A question unanswered for this long: the link is dead, whatever the socket says. */
const SILENCE_MS_MAX = 10_000
/** The same when the system says that the network is gone, or the page has just come back to sight. */
const SILENCE_MS_SEEN = 3_000

const CLOSE_RULE = 1008
const CLOSE_RESTART = 1012
const CLOSE_SLOW = 1013
/** Closes after which it is not made again by itself. */
const FINAL: Readonly<Record<number, Final>> = {
  4000: 'replaced',
  4001: 'ended',
  4002: 'put_out',
  4003: 'banned',
}

export class Connection {
  #address: string
  #listener: ConnectionListener
  #socket: WebSocket | null = null
  #welcomed = false
  #resting = true
  #retryMs = RETRY_MS
  #retry: ReturnType<typeof setTimeout> | undefined
  #watch: ReturnType<typeof setInterval> | undefined
  #unansweredSince: number | null = null
  #silenceMsMax = SILENCE_MS_MAX
  #ends = new AbortController()

  constructor(address: string, listener: ConnectionListener) {
    this.#address = address
    this.#listener = listener
    const { signal } = this.#ends
    window.addEventListener('online', () => this.#hurry(), { signal })
    window.addEventListener('offline', () => (this.#silenceMsMax = SILENCE_MS_SEEN), { signal })
    document.addEventListener('visibilitychange', () => this.#hurry(), { signal })
  }

  get welcomed(): boolean {
    return this.#welcomed
  }

  /** Connects, or tries again at once. */
  open(): void {
    clearTimeout(this.#retry)
    this.#drop()
    this.#resting = false
    const socket = new WebSocket(this.#address)
    this.#socket = socket
    let opened = false
    // An attempt that hangs is silence too.
    this.#asked()
    this.#watch = setInterval(() => this.#check(), 1_000)
    socket.addEventListener('open', () => {
      opened = true
      this.#unansweredSince = null
      if (this.#socket === socket) this.send(this.#listener.hello())
    })
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket && typeof data === 'string') this.#heard(JSON.parse(data) as ServerMessage)
    })
    socket.addEventListener('close', ({ code }) => {
      if (this.#socket === socket) this.#closed(code, opened)
    })
  }

  /** Sends, if there is a connection; `false` if not. */
  send(message: ClientMessage): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false
    this.#socket.send(JSON.stringify(message))
    if (message.type === 'clock' || message.type === 'hello') this.#asked()
    return true
  }

  /** Ends it for good. */
  end(): void {
    this.#ends.abort()
    this.#rest()
  }

  #heard(message: ServerMessage): void {
    this.#unansweredSince = null
    this.#silenceMsMax = SILENCE_MS_MAX
    if (message.type === 'welcome') {
      this.#welcomed = true
      this.#retryMs = RETRY_MS
      this.#listener.welcomed(message)
    } else if (message.type === 'refused' && !this.#welcomed) {
      this.#rest()
      this.#listener.turnedAway(message)
    } else {
      this.#listener.message(message)
    }
  }

  #closed(code: number, opened: boolean): void {
    this.#drop()
    const final = FINAL[code]
    if (final !== undefined) {
      this.#rest()
      this.#listener.over(final)
      return
    }
    if (code === CLOSE_RESTART) this.#retryMs = RETRY_MS
    if (code === CLOSE_SLOW || code === CLOSE_RULE) this.#retryMs = Math.max(this.#retryMs, RETRY_MS_SLOW)
    const waitMs = this.#retryMs * (0.5 + Math.random() / 2)
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MS_MAX)
    this.#retry = setTimeout(() => this.open(), waitMs)
    this.#listener.lost(opened)
  }

  /** Back in sight or online: no waiting for the next attempt, no patience with a dead link. */
  #hurry(): void {
    if (this.#resting || document.visibilityState === 'hidden') return
    if (this.#socket === null) this.open()
    else if (this.#unansweredSince !== null) this.#silenceMsMax = SILENCE_MS_SEEN
  }

  #asked(): void {
    this.#unansweredSince ??= performance.now()
  }

  #check(): void {
    if (this.#unansweredSince === null || performance.now() - this.#unansweredSince < this.#silenceMsMax)
      return
    this.#closed(1006, this.#welcomed)
  }

  #rest(): void {
    this.#resting = true
    clearTimeout(this.#retry)
    this.#drop()
  }

  #drop(): void {
    const socket = this.#socket
    this.#socket = null
    this.#welcomed = false
    this.#unansweredSince = null
    clearInterval(this.#watch)
    socket?.close()
  }
}
