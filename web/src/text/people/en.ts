// What the page says of who is here and of what they say and do, in English.
import type { Member, Setting } from '../../protocol'
import type { Reading } from '../en'

export const people = ({ listText, numberText, plural, positionText }: Reading) => ({
  ready: {
    ask: 'Is everybody ready?',
    asks: (name: string) => `${name} asks: ready?`,
    youAsk: 'You ask: is everybody ready?',
    yes: 'I am ready',
    notYet: 'Not yet after all',
    ready: (names: string[]) => `Ready: ${listText(names)}`,
    missing: (names: string[]) => `Missing: ${listText(names)}`,
    all: 'Everybody is ready',
    you: 'you',
    start: 'Start anyway',
    callOff: 'Call it off',
    somebody: 'Somebody',
  },
  reactions: {
    react: 'React',
    with: {
      '😂': 'Laughing',
      '❤️': 'Heart',
      '👏': 'Applause',
      '😮': 'Astonished',
      '😢': 'Crying',
      '🍿': 'Popcorn',
    },
    times: (count: number) => `×${numberText(count)}`,
    came: (emoji: readonly string[]) => `Reactions: ${emoji.join(' ')}`,
  },
  chat: {
    log: 'Chat',
    say: 'Say something',
    send: 'Send',
    sending: 'not sent yet',
    wait: (seconds: number) => `You can send the next message in ${numberText(seconds)} s`,
    waitShort: (seconds: number) => numberText(seconds),
    newer: 'New messages',
    answer: (name: string) => `Answer ${name}`,
    answering: (name: string) => `To ${name}:`,
    notAnswer: 'Do not answer that line',
    youAreMuted: 'A host has muted you',
    joined: (name: string) => `${name} joined`,
    left: (name: string) => `${name} left`,
    picked: (name: string, title: string) => `${name} put on ${title}`,
    voted: (title: string) => `The room voted to skip. Now on: ${title}`,
    alone: (name: string) => `${name} watches on their own`,
    inStep: (name: string) => `${name} is back in step`,
    paused: (name: string, at: number) => `${name} paused at ${positionText(at)}`,
    moved: (name: string, to: number) => `${name} moved the film to ${positionText(to)}`,
    rate: (name: string, rate: number) => `${name} set the speed to ${numberText(rate)}×`,
    host: (name: string, whom: string, host: boolean) =>
      name === whom
        ? `${name} is ${host ? 'a' : 'no longer a'} host`
        : host
          ? `${name} made ${whom} a host`
          : `${name} removed ${whom} as host`,
    putOut: (name: string, whom: string, banned: boolean) =>
      banned ? `${name} banned ${whom}` : `${name} put ${whom} out`,
    muted: (name: string, whom: string, minutes: number | null) =>
      minutes === null
        ? `${name} muted ${whom}`
        : `${name} muted ${whom} for ${numberText(minutes)} ${plural(minutes, { one: 'minute', other: 'minutes' })}`,
    unmuted: (name: string, whom: string) => `${name} lets ${whom} speak again`,
    renamed: (before: string, name: string) => `${before} is now called ${name}`,
    set: {
      closed: (name) => `${name} closed the room to newcomers`,
      open: (name) => `${name} opened the room to newcomers`,
      everybody_controls: (name) => `${name} lets everybody control the film`,
      hosts_control: (name) => `${name} lets only hosts control the film`,
      everybody_adds: (name) => `${name} lets everybody add films`,
      hosts_add: (name) => `${name} lets only hosts add films`,
      password: (name) => `${name} set a password`,
      no_password: (name) => `${name} removed the password`,
      slow: (name) => `${name} slowed the chat down`,
      not_slow: (name) => `${name} lets the chat run freely`,
    } as Record<Setting, (name: string) => string>,
  },
  people: {
    called: (name: string, number: number) => `${name} (${numberText(number)})`,
    from: ({ client, plays, chats, brings_film }: Member) =>
      `with ${client}` +
      (brings_film ? ': opens the film there' : '') +
      (plays ? (chats ? '' : ', without chat') : chats ? ', chat only' : ', no film and no chat'),
    host: 'host',
    you: 'you',
    stalled: 'buffering…',
    alone: 'on their own',
    away: 'reconnecting…',
    muted: 'muted',
    more: (name: string) => `More about ${name}`,
    muteFor: (minutes: number) => `Mute for ${numberText(minutes)} minutes`,
    mute: 'Mute until lifted',
    unmute: 'Let them speak again',
    putOut: 'Put out: may come back in a minute',
    banAsk: 'Ban…',
    banOf: (name: string) => `Ban ${name}?`,
    banMeans: 'They are out at once, and do not come in again until a host lets them.',
    banAddress: 'Refuse strangers from their network too',
    banAddressMeans:
      'Others who share their home or company network cannot come in newly. Whoever was here before still can. It is left out if a host is in that network too.',
    ban: 'Ban',
    cancel: 'Cancel',
    makeHost: 'Make host',
    takeBack: 'Remove as host',
    stepDown: 'Step down',
    // Who speaks to their browser says what is to be seen: it has to be in what is read out.
    makeHostOf: (name: string) => `Make host: ${name}`,
    takeBackFrom: (name: string) => `Remove as host: ${name}`,
  },
})

/** The shape that it has in every language. */
export type PeopleText = ReturnType<typeof people>
