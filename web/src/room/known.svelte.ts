// What the server has said about a room, and what follows from that for us.
import type { Welcome } from '../connection'
import type {
  Ban,
  Line,
  Member,
  Playback,
  Queue,
  ReadyCheck,
  RoomInfo,
  ServerMessage,
  Stream,
  Undo,
  Upload,
  Votes,
  Waiting,
} from '../protocol'

/** Lines kept on the page; the oldest go first. */
const LINES_MAX = 1_000
const NO_FILM: Playback = { film: null, position_ms: 0, rate: 1, paused: true, at_ms: 0, revision: 0 }
const NO_QUEUE: Queue = { entries: [], repeat: 'off', next_at_ms: null }

export class Known {
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

  /** When the room was made whose lines these are; null before the first word of it. */
  protected madeAtMs: number | null = null

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

  constructor(code: string) {
    this.room = { ...this.room, code }
  }

  /** Takes the whole room in. */
  protected takeIn(welcome: Welcome): void {
    if (this.madeAtMs !== welcome.made_at_ms) this.#forget()
    this.madeAtMs = welcome.made_at_ms
    this.you = welcome.you
    this.room = welcome.room
    this.members = inOrder(welcome.members)
    this.uploads = welcome.uploads
    this.queue = welcome.queue ?? NO_QUEUE
    this.undo = welcome.undo ?? null
    this.votes = welcome.votes ?? null
    this.readyCheck = welcome.ready_check ?? null
    this.held = welcome.waiting ?? null
    this.#follow(welcome.playback)
    this.#addLines(welcome.log)
  }

  /** Takes in what has changed; what is not about the room is left out. */
  protected learn(message: ServerMessage): void {
    switch (message.type) {
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
      case 'line':
        return this.#addLines([message.line])
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
      default:
        return
    }
  }

  /** Another room has this code by now: what was said in the one before is no part of it, and its lines count from 1 again. */
  #forget(): void {
    this.lines = []
    this.bans = []
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
  }

  #addLines(lines: readonly Line[]): void {
    const last = this.lines.at(-1)?.seq ?? -1
    const fresh = lines.filter(({ seq }) => seq > last)
    if (fresh.length > 0) this.lines = [...this.lines, ...fresh].slice(-LINES_MAX)
  }
}

/** By id, which is the order in which they first came. */
function inOrder(members: readonly Member[]): Member[] {
  return members.toSorted((one, other) => one.id - other.id)
}
