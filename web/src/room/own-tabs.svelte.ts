// This person's other tabs in the same room. The server refuses to put somebody out by themself, but tells nobody who is
// the same person: the tabs of one browser tell each other which members they are.

/** What a tab tells the others: which member it is, and whether it wants to hear the same of them. */
interface Told {
  member: number
  asks: boolean
}

export class OwnTabs {
  #others = $state.raw<ReadonlySet<number>>(new Set())
  #channel: BroadcastChannel
  #you: number | null = null

  constructor(code: string) {
    this.#channel = new BroadcastChannel(`matinee room ${code}`)
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Told>) => this.#heard(data))
  }

  /** This tab is this member. */
  are(member: number): void {
    this.#you = member
    this.#tell({ member, asks: true })
  }

  /** Whether a member is this person in another tab. */
  has(member: number): boolean {
    return this.#others.has(member)
  }

  end(): void {
    this.#channel.close()
  }

  #heard({ member, asks }: Told): void {
    this.#others = new Set([...this.#others, member])
    if (asks && this.#you !== null) this.#tell({ member: this.#you, asks: false })
  }

  #tell(told: Told): void {
    // A channel is between pages of one origin: there is none to name.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#channel.postMessage(told)
  }
}
