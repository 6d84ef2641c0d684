// One visit to a room: coming in and staying connected, and what we ask of it. Shows nothing that the server has not
// confirmed.
import { lookUpRoom, Refusal, socketAddress } from '../api'
import { isThisMachine, linkTo } from '../code'
import { Connection, type Final, type Hello, type Refused, type Welcome } from '../connection'
import { InStep } from '../in-step/in-step.svelte'
import type { RoomSummary, ServerMessage } from '../protocol'
import { forgetRoom, newTabName, rememberedName, rememberName, rememberRoom, tabName } from '../remembered'
import { Asking } from '../sync/asking'
import { text, told } from '../text'
import { toast } from '../ui/toasts.svelte'
import { Commands, type Command, type Numbered, type UnsentLine } from './commands'
import { Floats } from './floats.svelte'
import { Known } from './known.svelte'
import { OwnTabs } from './own-tabs.svelte'
import { Telling } from './telling'

const PROTOCOL = 1
/** Whoever was put out may come back after this long. */
const OUT_MS = 60_000
/** Refusals of newcomers that nothing typed at the door helps against. */
const KEPT_OUT = {
  room_full: 'full',
  kicked: 'put_out',
  banned: 'banned',
  closed_to_newcomers: 'closed',
} as const

/** How far we are in: `door` asks for a name or password; the last seven are over until somebody acts. */
export type Phase =
  'joining' | 'door' | 'in' | 'unknown' | 'ended' | 'replaced' | 'full' | 'put_out' | 'banned' | 'closed'

export class Session extends Known {
  readonly code: string
  readonly asking: Asking
  readonly floats = new Floats()
  readonly inStep = new InStep(this, (hear) => this.#connection.send({ type: 'hear_skews', hear }))
  readonly telling: Telling
  readonly ownTabs: OwnTabs
  /** What to send to friends. */
  link = $state('')

  phase = $state<Phase>('joining')
  connected = $state(false)
  /** What the door says went wrong, for people. */
  doorTrouble = $state<string | null>(null)
  /** From when somebody who was put out may come back, by this machine's clock. */
  backFromMs = $state(0)
  summary = $state.raw<RoomSummary | null>(null)
  /** When a line of ours came, by this machine's clock: where the chat is slow, the next one waits. */
  saidAtMs = $state(0)
  /** What was said and refused, and why: to be said again. */
  returned = $state.raw<{ text: string; why: string } | null>(null)
  unsent = $state.raw<readonly UnsentLine[]>([])
  waiting = $state.raw<ReadonlySet<Numbered['type']>>(new Set())
  needsPassword = $state(false)
  /** Somebody stands at the door and has knocked. */
  knocking = $state(false)
  /** The server has not answered of late. */
  unreachable = $state(false)

  #connection: Connection
  #commands = new Commands()
  #password: string | null = null

  constructor(code: string, password: string | null) {
    super(code)
    this.code = code
    this.link = linkTo(code, location.origin)
    this.#password = password
    this.asking = new Asking((t0) => this.#connection.send({ type: 'clock', t0 }))
    this.ownTabs = new OwnTabs(code)
    this.telling = new Telling(this, (message) => this.#connection.send(message))
    this.#connection = new Connection(socketAddress(code), {
      hello: () => this.#hello(),
      welcomed: (welcome) => this.#welcomed(welcome),
      turnedAway: (refused) => this.#turnedAway(refused),
      message: (message) => this.#heard(message),
      lost: (opened) => void this.#lost(opened),
      over: (why) => this.#over(why),
    })
    document.addEventListener('visibilitychange', this.#seen)
    if (rememberedName() === '') void this.#lookUp()
    else this.#connection.open()
  }

  /** Knocks with a name, and a password if there is one. */
  enter(name: string, password: string): void {
    rememberName(name)
    this.#password = password === '' ? null : password
    this.doorTrouble = null
    this.knocking = true
    this.#connection.open()
  }

  /** Tries anew: takes the place back from another window, or asks again whether there is room. */
  again(): void {
    this.phase = 'joining'
    this.#connection.open()
  }

  /** Asks for something; what is refused passes over the page. `false` (and a word to the person) when not connected. */
  command(command: Command): boolean {
    if (this.connected) this.#send(this.#commands.number(command))
    else toast(text.notNow)
    return this.connected
  }

  /** Asks for something; who asks says what was refused. Null when it is done. */
  ask(command: Command): Promise<Refusal | null> {
    if (!this.connected) return Promise.resolve(notNow())
    return new Promise((answer) => this.#send(this.#commands.number(command, answer)))
  }

  /** Says a line; without a connection it waits for one. */
  say(line: string, replyTo: number | null = null): void {
    const numbered = this.#commands.number({
      type: 'say',
      text: line,
      ...(replyTo === null ? {} : { reply_to: replyTo }),
    })
    this.#send(numbered)
  }

  /** Reacts with an emoji; it is shown when the server tells it. */
  react(emoji: string): void {
    this.#connection.send({ type: 'react', emoji })
  }

  /** Goes for good, and gives the place up. */
  leave(): void {
    this.#connection.send({ type: 'leave' })
    this.end()
  }

  /** Goes; the place is kept for a few seconds. */
  end(): void {
    document.removeEventListener('visibilitychange', this.#seen)
    this.asking.stop()
    this.ownTabs.end()
    this.#connection.end()
  }

  #seen = (): void => {
    if (document.visibilityState === 'visible' && this.connected) this.asking.again()
  }

  #hello(): Hello {
    const since = this.lines.at(-1)?.seq ?? null
    return {
      type: 'hello',
      protocol: PROTOCOL,
      name: rememberedName(),
      tab: tabName(),
      password: this.#password,
      since,
      made_at_ms: this.madeAtMs,
    }
  }

  #welcomed(welcome: Welcome): void {
    this.phase = 'in'
    this.knocking = false
    this.unreachable = false
    this.connected = true
    this.takeIn(welcome)
    this.ownTabs.are(welcome.you)
    this.telling.welcomed(this.me?.stalled ?? false)
    rememberRoom({ code: this.code, name: welcome.room.name })
    for (const line of this.#commands.resume(welcome.last_command, notNow())) this.#connection.send(line)
    this.#showCommands()
    this.asking.start()
    this.inStep.welcomed()
    if (isThisMachine(location.hostname)) void this.#findLink()
  }

  /** "localhost" leads nobody here: the server knows an address that does. */
  async #findLink(): Promise<void> {
    try {
      this.link = (await lookUpRoom(this.code)).link
    } catch {
      // The link that we have is better than none.
    }
  }

  #turnedAway(refused: Refused): void {
    const { code } = refused
    const words = told(refused)
    if (code === 'tab_taken') {
      newTabName()
      this.#connection.open()
    } else if (code === 'no_such_room') {
      this.#unknown()
    } else if (code in KEPT_OUT) {
      this.knocking = false
      this.doorTrouble = words
      this.phase = KEPT_OUT[code as keyof typeof KEPT_OUT]
    } else {
      if (code === 'password_needed' || code === 'wrong_password') this.needsPassword = true
      // That a password is needed is no mistake of somebody who has just come.
      const firstAsked = code === 'password_needed' && this.#password === null && !this.knocking
      void this.#lookUp(firstAsked ? null : words)
    }
  }

  /** Finds out what is behind the door, and shows it. */
  async #lookUp(trouble: string | null = null): Promise<void> {
    this.knocking = false
    try {
      this.summary = await lookUpRoom(this.code)
      this.needsPassword ||= this.summary.locked
      this.doorTrouble = trouble
    } catch (error) {
      if (error instanceof Refusal && error.code === 'no_such_room') return this.#unknown()
      this.doorTrouble = trouble ?? (error instanceof Refusal ? error.message : text.unknownTrouble)
    }
    this.phase = 'door'
  }

  async #lost(opened: boolean): Promise<void> {
    this.connected = false
    this.asking.stop()
    this.#showCommands()
    if (opened) return
    this.unreachable = true
    // It could not even be opened: perhaps there is no such room.
    try {
      await lookUpRoom(this.code)
    } catch (error) {
      if (!(error instanceof Refusal)) return
      if (error.code === 'no_such_room') this.#unknown()
      else if (error.code === 'too_many_codes' && this.phase !== 'in') this.#waitAtTheDoor(error.message)
    }
  }

  /** Says why nobody is let in just now; it is tried again by itself. */
  #waitAtTheDoor(why: string): void {
    this.unreachable = false
    this.doorTrouble = why
    this.phase = 'door'
  }

  #over(why: Final): void {
    this.connected = false
    this.asking.stop()
    this.phase = why
    if (why === 'ended') forgetRoom(this.code)
    if (why === 'put_out') this.backFromMs = Date.now() + OUT_MS
  }

  #unknown(): void {
    forgetRoom(this.code)
    this.end()
    this.phase = 'unknown'
  }

  #heard(message: ServerMessage): void {
    switch (message.type) {
      case 'clock':
        return this.asking.heard(message)
      case 'skews':
        return this.inStep.heard(message.skews)
      case 'line':
        if (message.line.kind === 'said' && message.line.member === this.you) {
          this.#commands.heardLine(message.line.text)
          this.saidAtMs = Date.now()
        }
        this.learn(message)
        return this.#showCommands()
      case 'member':
        if (message.member.id === this.you) rememberName(message.member.name)
        return this.learn(message)
      case 'reactions':
        return this.floats.heard(message.reactions)
      case 'done':
        this.#commands.answered(message.id, null)
        return this.#showCommands()
      case 'refused':
        return this.#refused(message)
      default:
        return this.learn(message)
    }
  }

  /** Who waits for the answer says it, the chat where a line is concerned; the rest passes over the page. */
  #refused(refused: Refused): void {
    const refusal = new Refusal(refused.code, told(refused))
    const { id } = refused
    const line = this.#commands.unsentLines.find((unsent) => unsent.id === id)
    const heard = id !== null && this.#commands.answered(id, refusal)
    if (line !== undefined) this.returned = { text: line.text, why: refusal.message }
    else if (!heard) toast(refusal.message)
    this.#showCommands()
  }

  /** Without a connection, what is numbered waits for one. */
  #send(command: Numbered): void {
    if (this.connected) this.#connection.send(command)
    this.#showCommands()
  }

  #showCommands(): void {
    this.unsent = this.#commands.unsentLines
    this.waiting = this.connected ? this.#commands.waiting : new Set()
  }
}

function notNow(): Refusal {
  return new Refusal('unreachable', text.notNow)
}
