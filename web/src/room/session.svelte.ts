// One visit to a room: what the server has said about it, and what we ask of it. Shows nothing that the server has
// not confirmed.
import { lookUpRoom, Refusal, socketAddress } from '../api'
import { isThisMachine, linkTo } from '../code'
import { Connection, type Final, type Hello, type Refused, type Welcome } from '../connection'
import { InStep } from '../in-step/in-step.svelte'
import type {
  Ban,
  Line,
  Member,
  Playback,
  Queue,
  ReadyCheck,
  RoomInfo,
  RoomSummary,
  ServerMessage,
  Stream,
  Undo,
  Upload,
  Votes,
  Waiting,
} from '../protocol'
import { forgetRoom, newTabName, rememberedName, rememberName, rememberRoom, tabName } from '../remembered'
import { Asking } from '../sync/asking'
import { text, told } from '../text'
import { toast } from '../ui/toasts.svelte'
import { Commands, type Command, type Numbered, type UnsentLine } from './commands'
import { Floats } from './floats.svelte'
import { OwnTabs } from './own-tabs.svelte'
import { Telling } from './telling'

const PROTOCOL = 1
/** Lines kept on the page; the oldest go first. */
const LINES_MAX = 1_000
/** Whoever was put out may come back after this long. */
const OUT_MS = 60_000
/** Refusals of newcomers that nothing typed at the door helps against. */
const KEPT_OUT = {
  room_full: 'full',
  kicked: 'put_out',
  banned: 'banned',
  closed_to_newcomers: 'closed',
} as const
const NO_FILM: Playback = { film: null, position_ms: 0, rate: 1, paused: true, at_ms: 0, revision: 0 }
const NO_QUEUE: Queue = { entries: [], repeat: 'off', next_at_ms: null }

/** How far we are in: `door` asks for a name or password; the last seven are over until somebody acts. */
export type Phase =
  'joining' | 'door' | 'in' | 'unknown' | 'ended' | 'replaced' | 'full' | 'put_out' | 'banned' | 'closed'

export class Session {
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
  you = $state(0)
  room = $state.raw<RoomInfo>({
    code: '',
    name: '',
    locked: false,
    newcomers_may_control: false,
    who_controls: 'hosts',
    who_adds: 'hosts',
    closed: false,
    slow_s: 0,
    wait_seconds: 5,
  })
  members = $state.raw<readonly Member[]>([])
  playback = $state.raw<Playback>(NO_FILM)
  /** Where the film's stream is, if it has one. It changes while the playback stays as it is. */
  stream = $state.raw<Stream | null>(null)
  /** Where its subtitles, pictures and chapters are described: another address whenever they have changed. */
  extras = $state.raw<string | null>(null)
  /** For whom the film stands still, if it does. */
  held = $state.raw<Waiting | null>(null)
  lines = $state.raw<readonly Line[]>([])
  /** Who is banned, as far as hosts are told. */
  bans = $state.raw<readonly Ban[]>([])
  uploads = $state.raw<readonly Upload[]>([])
  /** What comes after the film. */
  queue = $state.raw<Queue>(NO_QUEUE)
  /** The latest change that can be taken back. */
  undo = $state.raw<Undo | null>(null)
  votes = $state.raw<Votes | null>(null)
  readyCheck = $state.raw<ReadyCheck | null>(null)
  /** When a line of ours came, by this machine's clock: where the chat is slow, the next one waits. */
  saidAtMs = $state(0)
  /** What was said and refused, and why: to be said again. */
  returned = $state.raw<{ text: string; why: string } | null>(null)
  unsent = $state.raw<readonly UnsentLine[]>([])
  waiting = $state.raw<ReadonlySet<Numbered['type']>>(new Set())
  me = $derived(this.members.find(({ id }) => id === this.you) ?? null)
  /** Whether the film stands still until our player has bytes again. */
  waitedFor = $derived(this.held?.members.some(({ member }) => member === this.you) ?? false)
  host = $derived(this.me?.host ?? false)
  /** We may add films, and subtitles to them. */
  mayAdd = $derived(this.host || this.room.who_adds === 'everybody')
  /** We may play, pause and move the film, and arrange what comes next. */
  mayControl = $derived(this.host || this.room.who_controls === 'everybody')
  /** We may put a film on: another one instead of what is on takes that one away from all. */
  mayPutOn = $derived(this.mayAdd && (this.mayControl || this.playback.film === null))
  needsPassword = $state(false)
  /** Somebody stands at the door and has knocked. */
  knocking = $state(false)
  /** The server has not answered of late. */
  unreachable = $state(false)

  #connection: Connection
  #commands = new Commands()
  #password: string | null = null

  constructor(code: string, password: string | null) {
    this.code = code
    this.link = linkTo(code, location.origin)
    this.#password = password
    this.room = { ...this.room, code }
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
    }
  }

  #welcomed(welcome: Welcome): void {
    this.phase = 'in'
    this.knocking = false
    this.unreachable = false
    this.connected = true
    this.you = welcome.you
    this.ownTabs.are(welcome.you)
    this.room = welcome.room
    this.members = inOrder(welcome.members)
    this.telling.welcomed(this.me?.stalled ?? false)
    this.uploads = welcome.uploads
    this.queue = welcome.queue ?? NO_QUEUE
    this.undo = welcome.undo ?? null
    this.votes = welcome.votes ?? null
    this.readyCheck = welcome.ready_check ?? null
    this.held = welcome.waiting ?? null
    this.#follow(welcome.playback)
    this.#addLines(welcome.log)
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
      if (error instanceof Refusal && error.code === 'no_such_room') this.#unknown()
    }
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
      case 'playback':
        return this.#follow(message.playback)
      case 'stream':
        if (message.film === this.playback.film?.id) this.stream = message.stream
        return
      case 'extras':
        if (message.film === this.playback.film?.id) this.extras = message.url
        return
      case 'waiting':
        this.held = message.waiting
        return
      case 'skews':
        return this.inStep.heard(message.skews)
      case 'line':
        if (message.line.kind === 'said' && message.line.member === this.you) {
          this.#commands.heardLine(message.line.text)
          this.saidAtMs = Date.now()
        }
        this.#addLines([message.line])
        return this.#showCommands()
      case 'member':
        return this.#member(message.member)
      case 'left':
        this.members = this.members.filter(({ id }) => id !== message.member)
        return
      case 'room':
        this.room = message.room
        return
      case 'uploads':
        this.uploads = message.uploads
        return
      case 'reactions':
        return this.floats.heard(message.reactions)
      case 'bans':
        this.bans = message.bans
        return
      case 'queue':
        this.queue = message.queue
        return
      case 'undo':
        this.undo = message.undo
        return
      case 'votes':
        this.votes = message.votes
        return
      case 'ready_check':
        this.readyCheck = message.check
        return
      case 'done':
        this.#commands.answered(message.id, null)
        return this.#showCommands()
      case 'refused':
        return this.#refused(message)
      case 'welcome':
        return
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

  #follow(playback: Playback): void {
    this.playback = playback
    this.stream = playback.film?.stream ?? null
    this.extras = playback.film?.extras ?? null
  }

  #member(member: Member): void {
    const known = this.members.some(({ id }) => id === member.id)
    this.members = known
      ? this.members.map((other) => (other.id === member.id ? member : other))
      : inOrder([...this.members, member])
    if (member.id === this.you) rememberName(member.name)
  }

  #addLines(lines: readonly Line[]): void {
    const last = this.lines.at(-1)?.seq ?? -1
    const fresh = lines.filter(({ seq }) => seq > last)
    if (fresh.length > 0) this.lines = [...this.lines, ...fresh].slice(-LINES_MAX)
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

/** By id, which is the order in which they first came. */
function inOrder(members: readonly Member[]): Member[] {
  return members.toSorted((one, other) => one.id - other.id)
}
