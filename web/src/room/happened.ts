// What a line of the log says that nobody has said: what happened in the room.
import type { Line } from '../protocol'
import { text } from '../text'

/** The sentence; empty for what this page does not know. */
export function happened(line: Line): string {
  switch (line.kind) {
    case 'joined':
      return text.chat.joined(line.name)
    case 'left':
      return text.chat.left(line.name)
    case 'picked':
      return text.chat.picked(line.name, line.title)
    case 'paused':
      return text.chat.paused(line.name, line.position_ms)
    case 'alone':
      return text.chat.alone(line.name)
    case 'in_step':
      return text.chat.inStep(line.name)
    case 'moved':
      return text.chat.moved(line.name, line.position_ms)
    case 'rate':
      return text.chat.rate(line.name, line.rate)
    case 'host':
      return text.chat.host(line.name, line.whom_name, line.host)
    case 'put_out':
      return text.chat.putOut(line.name, line.whom_name, line.banned)
    case 'muted':
      return line.muted
        ? text.chat.muted(line.name, line.whom_name, line.minutes)
        : text.chat.unmuted(line.name, line.whom_name)
    case 'renamed':
      return text.chat.renamed(line.before, line.name)
    case 'set':
      return text.chat.set[line.what](line.name)
    case 'said':
      return line.text
    default:
      return ''
  }
}
