// What the page says of who is here and of what they say and do, in German.
import type { Reading } from '../en'
import type { PeopleText } from './en'

export const people = ({ listText, numberText, plural, positionText }: Reading): PeopleText => ({
  ready: {
    ask: 'Sind alle bereit?',
    asks: (name) => `${name} fragt: bereit?`,
    youAsk: 'Du fragst: Sind alle bereit?',
    yes: 'Ich bin bereit',
    notYet: 'Doch noch nicht',
    ready: (names) => `Bereit: ${listText(names)}`,
    missing: (names) => `Fehlt noch: ${listText(names)}`,
    all: 'Alle sind bereit',
    you: 'du',
    start: 'Trotzdem anfangen',
    callOff: 'Nicht mehr fragen',
    somebody: 'Jemand',
  },
  reactions: {
    react: 'Reagieren',
    with: {
      '😂': 'Lachen',
      '❤️': 'Herz',
      '👏': 'Applaus',
      '😮': 'Staunen',
      '😢': 'Weinen',
      '🍿': 'Popcorn',
    },
    times: (count) => `×${numberText(count)}`,
    came: (emoji) => `Reaktionen: ${emoji.join(' ')}`,
  },
  chat: {
    log: 'Chat',
    say: 'Sag etwas',
    send: 'Senden',
    sending: 'noch nicht gesendet',
    wait: (seconds) => `Die nächste Nachricht geht in ${numberText(seconds)} s`,
    waitShort: (seconds) => numberText(seconds),
    newer: 'Neue Nachrichten',
    answer: (name) => `${name} antworten`,
    answering: (name) => `An ${name}:`,
    notAnswer: 'Diese Zeile nicht beantworten',
    youAreMuted: 'Ein Host hat dich stummgeschaltet',
    joined: (name) => `${name} ist da`,
    left: (name) => `${name} ist gegangen`,
    picked: (name, title) => `${name} hat ${title} eingelegt`,
    voted: (title) => `Der Raum hat abgestimmt: Es geht weiter mit ${title}`,
    alone: (name) => `${name} schaut für sich`,
    inStep: (name) => `${name} schaut wieder mit`,
    paused: (name, at) => `${name} hat bei ${positionText(at)} angehalten`,
    moved: (name, to) => `${name} ist zu ${positionText(to)} gesprungen`,
    rate: (name, rate) => `${name} hat das Tempo auf ${numberText(rate)}× gestellt`,
    host: (name, whom, host) =>
      name === whom
        ? `${name} ist ${host ? 'jetzt' : 'nicht mehr'} Host`
        : host
          ? `${name} hat ${whom} zum Host gemacht`
          : `${whom} ist durch ${name} nicht mehr Host`,
    putOut: (name, whom, banned) =>
      banned ? `${name} hat ${whom} verbannt` : `${name} hat ${whom} hinausgeworfen`,
    muted: (name, whom, minutes) =>
      minutes === null
        ? `${name} hat ${whom} stummgeschaltet`
        : `${name} hat ${whom} für ${numberText(minutes)} ${plural(minutes, { one: 'Minute', other: 'Minuten' })} stummgeschaltet`,
    unmuted: (name, whom) => `${name} lässt ${whom} wieder schreiben`,
    renamed: (before, name) => `${before} heißt jetzt ${name}`,
    set: {
      closed: (name) => `${name} hat den Raum für Neue geschlossen`,
      open: (name) => `${name} hat den Raum für Neue geöffnet`,
      everybody_controls: (name) => `${name} lässt alle den Film steuern`,
      hosts_control: (name) => `${name} lässt nur Hosts den Film steuern`,
      everybody_adds: (name) => `${name} lässt alle Filme hinzufügen`,
      hosts_add: (name) => `${name} lässt nur Hosts Filme hinzufügen`,
      password: (name) => `${name} hat ein Passwort gesetzt`,
      no_password: (name) => `${name} hat das Passwort entfernt`,
      slow: (name) => `${name} hat den Chat verlangsamt`,
      not_slow: (name) => `${name} lässt den Chat wieder frei laufen`,
    },
  },
  people: {
    called: (name, number) => `${name} (${numberText(number)})`,
    from: ({ client, plays, chats, brings_film }) =>
      `mit ${client}` +
      (brings_film ? ': öffnet den Film dort' : '') +
      (plays ? (chats ? '' : ', ohne Chat') : chats ? ', nur Chat' : ', ohne Film und Chat'),
    host: 'Host',
    you: 'du',
    stalled: 'lädt…',
    alone: 'schaut für sich',
    away: 'verbindet neu…',
    muted: 'stumm',
    more: (name) => `Mehr zu ${name}`,
    muteFor: (minutes) => `Für ${numberText(minutes)} Minuten stummschalten`,
    mute: 'Stummschalten, bis es aufgehoben wird',
    unmute: 'Wieder schreiben lassen',
    putOut: 'Hinauswerfen: darf in einer Minute wiederkommen',
    banAsk: 'Verbannen…',
    banOf: (name) => `${name} verbannen?`,
    banMeans: 'Die Person ist sofort draußen und kommt erst wieder herein, wenn ein Host es erlaubt.',
    banAddress: 'Auch Fremde aus demselben Netz abweisen',
    banAddressMeans:
      'Andere aus demselben Heim- oder Firmennetz können nicht neu hereinkommen. Wer schon hier war, darf weiterhin. Ist auch ein Host in diesem Netz, entfällt das.',
    ban: 'Verbannen',
    cancel: 'Abbrechen',
    makeHost: 'Zum Host machen',
    takeBack: 'Nicht mehr Host',
    stepDown: 'Kein Host mehr sein',
    makeHostOf: (name) => `Zum Host machen: ${name}`,
    takeBackFrom: (name) => `Nicht mehr Host: ${name}`,
  },
})
