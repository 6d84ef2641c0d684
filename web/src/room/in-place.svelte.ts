// What was refused is said where it was asked for: by the field, the row or the button. Where that place is gone by then,
// because a dialog was closed, it passes over the page as all that has no place does.
import { onDestroy } from 'svelte'
import type { Refusal } from '../api'
import { toast } from '../ui/toasts.svelte'
import type { Command } from './commands'
import type { Session } from './session.svelte'

/** One component's places, made with it: `At` says which of them. */
export class InPlace<At extends string | number> {
  #session: Pick<Session, 'ask'>
  #said = $state.raw<{ at: At; words: string } | null>(null)
  #here = true

  constructor(session: Pick<Session, 'ask'>, onEnd: (ends: () => void) => void = onDestroy) {
    this.#session = session
    onEnd(() => (this.#here = false))
  }

  /** Asks for something; whether it was done. The code of a refusal may say where it belongs. */
  async ask(command: Command, place: At | ((code: string) => At)): Promise<boolean> {
    this.clear()
    const refused = await this.#session.ask(command)
    if (refused !== null) this.#say(refused, typeof place === 'function' ? place(refused.code) : place)
    return refused === null
  }

  /** Says what the page itself finds wrong. */
  say(words: string, at: At): void {
    this.#said = { at, words }
  }

  clear(): void {
    this.#said = null
  }

  /** What is to be read at this place; null for nothing. */
  at(at: At): string | null {
    return this.#said?.at === at ? this.#said.words : null
  }

  /** Where something is to be read. */
  get where(): At | null {
    return this.#said?.at ?? null
  }

  #say({ message }: Refusal, at: At): void {
    if (this.#here) this.say(message, at)
    else toast(message)
  }
}
