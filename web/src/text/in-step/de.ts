// What the page says of how far off everybody is, in German.
import type { Off } from '../../in-step/verdict'
import type { Reading, Text } from '../en'

/** More people than these are counted, not named. */
const NAMED_MAX = 3

export const inStep = ({ apartText, listText, numberText, plural }: Reading): Text['inStep'] => {
  const within = (ms: number) =>
    ms < 1_000
      ? `${numberText(ms)} ${plural(ms, { one: 'Millisekunde', other: 'Millisekunden' })}`
      : `${numberText(ms / 1_000)} ${plural(ms / 1_000, { one: 'Sekunde', other: 'Sekunden' })}`
  const off = (ms: number) =>
    Math.round(ms * 10) === 0 ? apartText(0) : `${apartText(ms)} ${ms > 0 ? 'voraus' : 'zurück'}`

  const one = ({ name, you, offMs, why }: Off) => {
    if (why === 'loading') return `Bei ${you ? 'dir' : name} lädt der Film.`
    const slow = why === 'link' ? `, ${you ? 'deine Leitung' : 'die Leitung dort'} ist langsam` : ''
    return `${you ? 'Du bist' : `${name} ist`} ${off(offMs)}${slow}.`
  }
  const who = (all: Off[]) => {
    const names = all.filter(({ you }) => !you).map(({ name }) => name)
    if (names.length < all.length) names.push('du')
    return names.length > NAMED_MAX ? `${numberText(names.length)} Leute` : listText(names)
  }
  const several = (all: Off[]) => {
    const furthestMs = Math.max(...all.map(({ offMs }) => Math.abs(offMs)))
    return `Nicht gleichauf: ${who(all)}${furthestMs > 0 ? `, um bis zu ${apartText(furthestMs)}` : ''}.`
  }

  return {
    title: 'Gleichauf',
    verdict: (verdict) => {
      switch (verdict.kind) {
        case 'lost':
          return 'Die Verbindung ist weg, darum ist gerade nicht bekannt, wie weit die anderen sind.'
        case 'noFilm':
          return 'Es ist kein Film eingelegt.'
        case 'stands':
          return 'Der Film steht gerade.'
        case 'onOwn':
          return 'Du schaust gerade für dich.'
        case 'measuring':
          return 'Wird gemessen: Das braucht ein paar Sekunden Film.'
        case 'together': {
          const people = verdict.people === 1 ? 'Du bist' : 'Alle sind'
          return `${people} auf ${within(verdict.withinMs)} gleichauf${verdict.all ? '' : ', soweit ihre Player es sagen'}.`
        }
        case 'apart': {
          const [first, ...others] = verdict.off
          const said = first !== undefined && others.length === 0 ? one(first) : several(verdict.off)
          const { othersWithinMs } = verdict
          return othersWithinMs === null
            ? said
            : `${said} Alle anderen sind auf ${within(othersWithinMs)} gleichauf.`
        }
      }
    },
    toldTogether: 'Alle sind gleichauf.',
    toldApart: (all) => `Nicht gleichauf: ${who(all)}.`,
    off,
    plot: (furthestMs) =>
      `Die letzte Minute, mit einer Linie für jede Person. ${furthestMs === null ? 'Noch ist nichts gemessen.' : `Niemand war weiter daneben als ${within(furthestMs)}.`}`,
    ahead: (ms) => `${apartText(ms)} voraus`,
    behind: (ms) => `${apartText(ms)} zurück`,
    frame: 'ein Bild',
    minuteAgo: 'vor einer Minute',
    now: 'jetzt',
    person: 'Person',
    offBy: 'Abstand',
    mostly: 'Meist unter',
    latency: 'Vom Server',
    yours: 'Dein Player',
    buffered: 'Im Voraus geladen',
    seconds: (ms) => `${numberText(Math.max(0, Math.round(ms / 1_000)))} s`,
    roundTrip: 'Zum Server und zurück',
    clock: 'Die Zeit des Servers ist bekannt auf',
    unknown: 'gerade nicht bekannt',
  }
}
