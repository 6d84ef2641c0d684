// What the page says of how far off everybody is, in English.
import type { Off, Verdict } from '../../in-step/verdict'
import type { Reading } from '../en'

/** More people than these are counted, not named. */
const NAMED_MAX = 3

export const inStep = ({ apartText, listText, numberText, plural }: Reading) => {
  const within = (ms: number) =>
    ms < 1_000
      ? `${numberText(ms)} ${plural(ms, { one: 'millisecond', other: 'milliseconds' })}`
      : `${numberText(ms / 1_000)} ${plural(ms / 1_000, { one: 'second', other: 'seconds' })}`
  const off = (ms: number) =>
    Math.round(ms * 10) === 0 ? apartText(0) : `${apartText(ms)} ${ms > 0 ? 'ahead' : 'behind'}`

  const one = ({ name, you, offMs, why }: Off) => {
    if (why === 'loading') return `${you ? 'You wait' : `${name} waits`} for the film to load.`
    const slow = why === 'link' ? `, ${you ? 'your link' : 'the link there'} is slow` : ''
    return `${you ? 'You are' : `${name} is`} ${off(offMs)}${slow}.`
  }
  const who = (all: Off[]) => {
    const names = all.filter(({ you }) => !you).map(({ name }) => name)
    if (names.length < all.length) names.push('you')
    return names.length > NAMED_MAX ? `${numberText(names.length)} people` : listText(names)
  }
  const several = (all: Off[]) => {
    const furthestMs = Math.max(...all.map(({ offMs }) => Math.abs(offMs)))
    return `${who(all)} are out of step${furthestMs > 0 ? `, by up to ${apartText(furthestMs)}` : ''}.`
  }

  return {
    title: 'In step',
    verdict: (verdict: Verdict): string => {
      switch (verdict.kind) {
        case 'lost':
          return 'The connection is lost, so how far off the others are is not known just now.'
        case 'noFilm':
          return 'No film is on.'
        case 'stands':
          return 'The film stands still just now.'
        case 'onOwn':
          return 'You are watching on your own.'
        case 'measuring':
          return 'Measuring: that takes a few seconds of film.'
        case 'together': {
          const people = verdict.people === 1 ? 'You are' : 'Everybody is'
          return `${people} in step, within ${within(verdict.withinMs)}${verdict.all ? '' : ', as far as their players tell'}.`
        }
        case 'apart': {
          const [first, ...others] = verdict.off
          const said = first !== undefined && others.length === 0 ? one(first) : several(verdict.off)
          const { othersWithinMs } = verdict
          return othersWithinMs === null
            ? said
            : `${said} Everybody else is in step, within ${within(othersWithinMs)}.`
        }
      }
    },
    toldTogether: 'Everybody is in step.',
    toldApart: (all: Off[]) => {
      const [first, ...others] = all
      if (others.length > 0) return `${who(all)} are out of step.`
      return `${first?.you ? 'You are' : `${first?.name} is`} out of step.`
    },
    off,
    plot: (furthestMs: number | null): string =>
      `The last minute, with a line for each person. ${furthestMs === null ? 'Nothing has been measured yet.' : `Nobody was further off than ${within(furthestMs)}.`}`,
    ahead: (ms: number) => `${apartText(ms)} ahead`,
    behind: (ms: number) => `${apartText(ms)} behind`,
    frame: 'one frame',
    minuteAgo: 'a minute ago',
    now: 'now',
    person: 'Person',
    offBy: 'Off by',
    mostly: 'Mostly within',
    latency: 'From the server',
    yours: 'Your player',
    buffered: 'Loaded ahead',
    seconds: (ms: number) => `${numberText(Math.max(0, Math.round(ms / 1_000)))} s`,
    roundTrip: 'To the server and back',
    clock: 'The server’s time is known to within',
    unknown: 'not known now',
  }
}
