// Every word that the page says, in English: what the other languages are held against. A sentence that is new here is
// missing in `de.ts`, and the compiler says so.
import type { Ban } from '../protocol'
import { films } from './films/en'
import { inStep } from './in-step/en'
import { people } from './people/en'
import { player } from './player/en'

/** How figures are written. It is handed in: a language is a file that is fetched alone. */
export type Reading = Pick<
  typeof import('../reading'),
  'apartText' | 'listText' | 'numberText' | 'percentText' | 'plural' | 'positionText' | 'spanText'
>

export const en = (reading: Reading) => {
  const { numberText, plural } = reading
  return {
    name: 'Matinee',
    home: {
      promise: 'Watch together, in step to the frame.',
      ground: 'Your film, your server, your friends.',
      yourName: 'Your name',
      start: 'Start a party',
      starting: 'Opening the doors…',
      options: 'Options: party name, password, hosts',
      roomName: 'Name of the party',
      roomNameHint: 'Movie night',
      password: 'Password',
      passwordHint: 'None: the link is enough',
      newcomers: 'Everybody who comes becomes a host',
      orJoin: 'or join one',
      code: 'Code or link',
      join: 'Join',
      lastTime: 'Last time',
      nameFirst: 'Tell your friends who you are: give a name first.',
      codeFirst: 'Type the code that your host sent you, or paste the link.',
    },
    door: {
      title: (room: string) => room,
      come: 'Come in',
      coming: 'Coming in…',
      there: (viewers: number) =>
        viewers === 0
          ? 'Nobody is in yet.'
          : plural(viewers, { one: 'One person is in.', other: `${numberText(viewers)} people are in.` }),
      password: 'Password',
      passwordHint: 'Ask your host',
      looking: 'Looking for the party…',
      silent: 'The server does not answer just now. Trying again…',
    },
    gone: {
      unknownTitle: 'No party here',
      unknown:
        'There is no party at this link. One that nobody comes to is forgotten after a while. Check the link with your host, or start a new party.',
      endedTitle: 'The party is over',
      ended: 'This room has ended. Start a new one and send your friends the link.',
      replacedTitle: 'You are watching elsewhere',
      replaced: 'This room is open in another window of yours.',
      useHere: 'Use it here',
      fullTitle: 'The room is full',
      again: 'Try again',
      againIn: (seconds: number) => `Try again in ${numberText(seconds)} s`,
      putOutTitle: 'You were put out',
      putOut: 'A host has put you out of this room. You may come back in a minute.',
      bannedTitle: 'You cannot come in here',
      banned: 'A host has banned you from this room.',
      closedTitle: 'The room is closed',
      home: 'Back to the start',
    },
    bar: {
      copyCode: 'Copy the code',
      copied: 'Copied',
      invite: 'Invite',
      settings: 'Settings',
      help: 'Keys and help',
      viewers: (count: number) =>
        `${numberText(count)} ${plural(count, { one: 'person', other: 'people' })} here`,
      connected: 'connected',
      reconnecting: 'reconnecting…',
      lost: 'The connection is lost. Coming back by itself; the film goes on as far as it is loaded.',
      hideSide: 'Hide the side panel',
      showSide: 'Show chat and people',
      unread: (what: string) => `${what}, new messages`,
      locked: 'This room has a password',
    },
    inStep: inStep(reading),
    invite: {
      title: 'Invite friends',
      lead: (spoken: boolean): string =>
        spoken
          ? 'Send the link, read out the code, or scan the QR code with a phone.'
          : 'Send the link, or scan the QR code with a phone.',
      link: 'Link',
      copy: 'Copy',
      share: 'Share…',
      shareText: (room: string) => `Watch with me: ${room}`,
      locked: "Friends need the room's password to come in.",
      qr: 'QR code of the link',
      alone: 'You are alone here. Send the link.',
    },
    settings: {
      title: 'Settings',
      you: 'You',
      yourName: 'Your name',
      language: 'Language',
      room: 'The room',
      roomName: 'Name',
      password: 'Password',
      passwordSet: 'A password is set. Type another to change it.',
      passwordNone: 'None: the link is enough',
      removePassword: 'Remove the password',
      newcomers: 'Everybody who comes becomes a host',
      whoControls: 'Who controls it',
      whoAdds: 'Who adds films',
      hosts: 'Hosts',
      everybody: 'Everybody',
      film: 'The film',
      chat: 'Chat',
      closed: 'Closed to newcomers',
      bans: 'Banned',
      banned: ({ by, address, others }: Ban): string =>
        `by ${by}` +
        (address ? ', with strangers from their network' : '') +
        (others > 0
          ? `; ${numberText(others)} ${plural(others, { one: 'other was', other: 'others were' })} here from there`
          : ''),
      unban: 'Let in again',
      unbanOf: (name: string) => `Let in again: ${name}`,
      wait: 'Wait for somebody whose film is loading',
      waitNever: 'Never',
      waitFor: (seconds: number) => `At most ${numberText(seconds)} s`,
      slow: 'Wait between two messages of guests',
      slowOff: 'None',
      slowFor: (seconds: number) => `${numberText(seconds)} s`,
      nameless: 'A name needs at least one letter.',
      save: 'Save',
      leave: 'Leave the room',
    },
    help: {
      title: 'Keys',
      keys: [
        ['Space, K', 'Play or pause'],
        ['← →', '5 seconds back or forward'],
        ['J, L', '10 seconds back or forward'],
        ['M', 'Sound off or on, for you'],
        ['F', 'Full screen'],
        ['T', 'Theatre: the film over the whole width'],
        ['V', 'Subtitles off or on, for you'],
        ['G, H', 'Subtitles earlier or later, for you'],
        [', .', 'The chapter before, or the next'],
        ['C', 'Say something'],
        ['?', 'This list'],
      ] as [keys: string, what: string][],
      note: 'Playing, pausing and seeking hold for everybody. Sound, subtitles and full screen are yours alone; all of it is while you watch on your own.',
    },
    ...player(reading),
    ...films(reading),
    ...people(reading),
    side: { label: 'Chat and people', chat: 'Chat', people: 'People', films: 'Films', close: 'Close' },
    dialog: { close: 'Close' },
    /** Refusals of the server by their code. Its own sentences are English, so there is nothing to say here. */
    refusals: {} as Readonly<Record<string, string>>,
    unreachable: 'The server does not answer. Check your connection and try again.',
    unknownTrouble: 'The server could not do that. Try again in a moment.',
    notNow: 'Not connected just now. Try again in a moment.',
  }
}

/** The shape that every language has. */
export type Text = ReturnType<typeof en>
