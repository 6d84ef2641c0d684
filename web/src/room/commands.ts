// The numbers of our commands, which of them wait for an answer, and lines said that nobody has confirmed yet.
import type { Refusal } from '../api'
import type { ClientMessage } from '../protocol'

export type Numbered = Extract<ClientMessage, { id: number }>
/** A command before it has its number. */
export type Command = Numbered extends infer C ? (C extends Numbered ? Omit<C, 'id'> : never) : never

export interface UnsentLine {
  id: number
  text: string
  /** The line that it answers. */
  replyTo?: number
}

/** Where the answer to a command goes: null when it is done. */
export type Answer = (refused: Refusal | null) => void

export class Commands {
  #last = 0
  #waiting = new Map<number, { type: Numbered['type']; answer?: Answer }>()
  #lines: UnsentLine[] = []

  /** Takes the server's count over: returns the lines to say again. What else waited was done, or is lost. */
  resume(lastCommand: number, lost: Refusal): readonly Numbered[] {
    const waited = [...this.#waiting]
    this.#waiting.clear()
    for (const [id, { answer }] of waited) answer?.(id <= lastCommand ? null : lost)
    this.#lines = this.#lines.filter(({ id }) => id > lastCommand)
    this.#last = Math.max(lastCommand, this.#lines.at(-1)?.id ?? 0)
    for (const { id } of this.#lines) this.#waiting.set(id, { type: 'say' })
    return this.#lines.map(sayOf)
  }

  /** Numbers a command; it waits for its answer from now on, and so may who gave it. */
  number(command: Command, answer?: Answer): Numbered {
    this.#last += 1
    const numbered = { ...command, id: this.#last } as Numbered
    this.#waiting.set(numbered.id, { type: numbered.type, ...(answer === undefined ? {} : { answer }) })
    if (numbered.type === 'say') {
      const { id, text, reply_to } = numbered
      this.#lines = [
        ...this.#lines,
        { id, text, ...(typeof reply_to === 'number' ? { replyTo: reply_to } : {}) },
      ]
    }
    return numbered
  }

  /** A line of ours has come back: the first unconfirmed one with this text is confirmed. */
  heardLine(text: string): void {
    const at = this.#lines.findIndex((line) => line.text.trim() === text.trim())
    if (at >= 0) this.#lines = this.#lines.toSpliced(at, 1)
  }

  /** A command was answered, one way or the other; whether somebody has waited for that. */
  answered(id: number, refused: Refusal | null): boolean {
    const waited = this.#waiting.get(id)
    this.#waiting.delete(id)
    this.#lines = this.#lines.filter((line) => line.id !== id)
    waited?.answer?.(refused)
    return waited?.answer !== undefined
  }

  get unsentLines(): readonly UnsentLine[] {
    return this.#lines
  }

  /** The kinds of commands that wait. */
  get waiting(): ReadonlySet<Numbered['type']> {
    return new Set([...this.#waiting.values()].map(({ type }) => type))
  }
}

function sayOf({ id, text, replyTo }: UnsentLine): Numbered {
  return { type: 'say', id, text, ...(replyTo === undefined ? {} : { reply_to: replyTo }) }
}
