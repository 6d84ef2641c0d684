// What a line of the log says that nobody has said: what happened in the room.
import type { Line } from '../protocol'
import { text } from '../text'
import { called, namesakeIn, type Record } from './namesakes'

/** The sentence; empty for what this page does not know. */
export function happened(line: Line, records: readonly Record[]): string {
  const name = called(line.name, line.namesake)
  const whom = 'whom' in line ? called(line.whom_name, namesakeIn(records, line.whom, line.whom_name)) : ''
  switch (line.kind) {
    case 'joined':
      return text.chat.joined(name)
    case 'left':
      return text.chat.left(name)
    case 'picked':
      return line.voted ? text.chat.voted(line.title) : text.chat.picked(name, line.title)
    case 'paused':
      return text.chat.paused(name, line.position_ms)
    case 'alone':
      return text.chat.alone(name)
    case 'in_step':
      return text.chat.inStep(name)
    case 'moved':
      return text.chat.moved(name, line.position_ms)
    case 'rate':
      return text.chat.rate(name, line.rate)
    case 'host':
      return text.chat.host(name, whom, line.host)
    case 'put_out':
      return text.chat.putOut(name, whom, line.banned)
    case 'muted':
      return line.muted ? text.chat.muted(name, whom, line.minutes) : text.chat.unmuted(name, whom)
    case 'renamed':
      return text.chat.renamed(line.before, name)
    case 'set':
      return text.chat.set[line.what](name)
    case 'said':
      return line.text
    default:
      return ''
  }
}
