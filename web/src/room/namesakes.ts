// Telling people apart whose names look the same: by the number that the room gives to whoever took the name later.
import { text } from '../text'

/** What tells which of several somebody was: a line of theirs, or their entry among the members. */
export type Record = { name: string; namesake?: number } & ({ member: number } | { id: number })

/** A name within a sentence, with the number of whoever bears it. */
export function called(name: string, namesake: number | undefined): string {
  return namesake === undefined ? name : text.people.called(name, namesake)
}

/** Somebody's number under a name, as the newest record has it. */
export function namesakeIn(records: readonly Record[], whose: number, name: string): number | undefined {
  return records.findLast((it) => ('id' in it ? it.id : it.member) === whose && it.name === name)?.namesake
}
