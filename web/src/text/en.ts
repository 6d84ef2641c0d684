// Every word that the page says, in English: what the other languages are held against. A sentence that is new here is
// missing in `de.ts`, and the compiler says so.
import type { Ban, Member, Repeat, Setting, Stream, Undo } from '../protocol'
import { inStep } from './in-step/en'

/** How figures are written. It is handed in: a language is a file that is fetched alone. */
export type Reading = Pick<
  typeof import('../reading'),
  'listText' | 'numberText' | 'percentText' | 'plural' | 'positionText' | 'spanText'
>

/** What to do about a film that nobody can mend here. */
const another = (host: boolean) => (host ? 'Put on another one.' : 'Ask a host to put on another one.')

export const en = ({ listText, numberText, percentText, plural, positionText, spanText }: Reading) => ({
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
  inStep: inStep({ listText, numberText, plural }),
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
  screen: {
    label: 'Film',
    emptyHost: 'What are you watching?',
    emptyHostHint: 'Drop a film here',
    choose: 'Choose a file',
    orLibrary: 'or pick from the library',
    emptyGuest: 'Waiting for the host to put a film on',
    emptyGuestHint: 'You can chat meanwhile.',
    elsewhere: 'Some here play a film of their own. Put the same one on: it joins where they are.',
    elsewhereGuest: 'Some here play a film of their own. A host can put the same one on for everybody.',
    drop: 'Drop it: everybody will see it here',
    tapSound: 'Tap for sound',
    tapPlay: 'Tap to play',
    loading: 'Loading…',
    held: (names: string[], buffered: number | null, seconds: number) =>
      `Waiting for ${names.length > 2 ? `${numberText(names.length)} people` : listText(names)}${buffered === null ? '' : `, ${numberText(buffered)} s buffered`} · going on in ${numberText(seconds)} s`,
    heldTold: (names: string[]) => `The film waits for ${listText(names)}.`,
    heldForYou: 'you',
    buffering: (names: string[]) =>
      names.length > 2
        ? `${numberText(names.length)} people are buffering`
        : `${listText(names)} ${plural(names.length, { one: 'is', other: 'are' })} buffering`,
    gone: (host: boolean) =>
      `This film is no longer on the server. ${host ? 'Put on another one.' : 'Ask a host to put on another one.'}`,
    unplayable: (host: boolean) =>
      `This browser cannot play this film. ${host ? 'Choose another film, or convert it to MP4 with H.264 and AAC.' : 'Ask a host to put on another one.'}`,
    linkGone: (host: boolean) => `There is nothing at this link any more. ${another(host)}`,
    linkUnplayable: (host: boolean) =>
      `What is at this link is no film that a browser plays. ${host ? 'Find the link of the video file itself, or put on another film.' : another(host)}`,
    linkForbidden: (host: boolean) =>
      `The site of this link does not let other pages play it. ${another(host)}`,
    linkUnreachable: (host: boolean) =>
      `The site of this film cannot be reached from here. Trying again.${host ? ' You can put on another film meanwhile.' : ''}`,
    linkUnsafe: (host: boolean) =>
      `This page is encrypted and the link is not, so the browser fetches nothing from there. ${host ? 'Try the link with https:// in front, or put on another film.' : another(host)}`,
    live: (host: boolean) => `This is sent live, so nobody could be in step. ${another(host)}`,
    youtubeNone: (host: boolean) => `YouTube has no video at this link. ${another(host)}`,
    youtubeRemoved: (host: boolean) => `This video was removed from YouTube, or is private. ${another(host)}`,
    youtubeKept: (host: boolean) =>
      `Whoever put this video on YouTube does not let other sites show it. ${another(host)}`,
    youtubeBroken: (host: boolean) =>
      `YouTube’s player cannot play this video in this browser. Try again, or ${host ? 'put on another film' : 'ask a host for another one'}.`,
    youtubeNameless: () =>
      'YouTube plays only for pages whose address it is told, and something in this browser hides it. Allow it in the settings or extensions for privacy, then try again.',
    youtubeSilent: () =>
      'YouTube’s player does not come. An extension or your network may keep it away: allow youtube-nocookie.com, then try again.',
    youtubeWaits: 'YouTube is not playing yet. If it shows an advertisement, you catch up afterwards.',
    unplayableHere: 'This browser cannot play this film. Ask a host to put on another one.',
    preparing: (stream: Stream): string => {
      switch (stream.state) {
        case 'waiting':
          return plural(stream.ahead, {
            one: 'This film will be made ready for every browser after another one.',
            other: `This film will be made ready for every browser after ${numberText(stream.ahead)} others.`,
          })
        case 'making':
          return 'This film is being made ready for every browser. It can be watched in a moment.'
        default:
          return 'Looking into the film…'
      }
    },
    beyond: (percent: number | null) =>
      `This part is still being made${percent === null ? '' : `: ${percentText(percent)} of the film is there`}. It goes on by itself.`,
    broken: () => 'The film does not come through just now. Trying again.',
    again: 'Try again',
    end: 'The end',
    next: 'Choose the next film',
  },
  controls: {
    play: 'Play',
    pause: 'Pause',
    playOn: 'Play on without waiting',
    seek: 'Position in the film',
    of: (at: number, all: number) => `${positionText(at)} of ${positionText(all)}`,
    mute: 'Sound off',
    unmute: 'Sound on',
    volume: 'Volume',
    rate: 'Speed',
    times: (rate: number) => `${numberText(rate)}×`,
    theatre: 'Theatre: the film over the whole width',
    fullscreen: 'Full screen',
    leaveFullscreen: 'Leave full screen',
    picture: 'Picture in picture',
    chat: 'Chat',
    more: 'More',
    hostsOnly: 'Only hosts can do that',
  },
  tracks: {
    title: 'Subtitles and sound',
    subtitles: 'Subtitles',
    off: 'Off',
    none: 'This film has no subtitles.',
    looking: 'Looking for subtitles in the film…',
    coming: 'Still being read from the film',
    picture: 'Made of pictures: cannot be shown here',
    forDeaf: 'for the deaf',
    forced: 'only foreign parts',
    nameless: 'Unknown language',
    addedBy: (name: string) => `added by ${name}`,
    addedAs: (file: string | null, name: string) => `${file ?? 'a file'}, added by ${name}`,
    timing: 'Timing',
    inTime: 'As written',
    delay: (ms: number) => `${ms > 0 ? '+' : ms < 0 ? '−' : ''}${numberText(Math.abs(ms) / 1_000)} s`,
    step: (ms: number) => `${ms > 0 ? '+' : '−'}${numberText(Math.abs(ms) / 1_000)}`,
    shift: (ms: number) => `${numberText(Math.abs(ms) / 1_000)} s ${ms > 0 ? 'later' : 'earlier'}`,
    delayed: (ms: number) =>
      ms === 0
        ? 'Subtitles as written'
        : `Subtitles ${numberText(Math.abs(ms) / 1_000)} s ${ms > 0 ? 'later' : 'earlier'}`,
    size: 'Size',
    sizes: { small: 'Small', medium: 'Medium', large: 'Large', huge: 'Very large' },
    add: 'Add a subtitle file',
    adding: 'Adding…',
    remove: 'Remove',
    removeOf: (name: string) => `Remove the subtitles ${name}`,
    noFilm: 'Put the film on first, then add its subtitles.',
    sound: 'Sound',
    chapters: 'Chapters',
    chapter: (number: number) => `Chapter ${numberText(number)}`,
    nowOff: 'Subtitles off',
    nowOn: (name: string) => `Subtitles: ${name}`,
  },
  link: {
    label: 'Link of a film',
    hint: 'Or paste a link',
    putOn: 'Put on',
    privacy:
      'Of a video file, a stream or YouTube. It comes from that site straight to each of you: the site sees your internet addresses, not your room.',
    none: 'That is not the link of a film. Paste the whole address; it begins with https:// or http://.',
    from: (site: string) => `from ${site}, straight to you`,
    hostsOnly: 'Only hosts can put films on here',
  },
  alone: {
    letGo: 'Watch on your own',
    back: 'Back in step',
    on: (untilPlay: boolean): string =>
      untilPlay ? 'On your own until the others start' : 'You are watching on your own',
    apart: (othersAheadMs: number) =>
      Math.abs(othersAheadMs) < 2_000
        ? 'where the others are'
        : `${spanText(Math.abs(othersAheadMs))} ${othersAheadMs > 0 ? 'behind' : 'ahead of'} the others`,
    was: (at: number) => `You were at ${positionText(at)}`,
    goOn: (at: number) => `Go on at ${positionText(at)}`,
    watchFrom: (at: number) => `Watch from ${positionText(at)} on my own`,
    dismiss: 'Not now',
  },
  queue: {
    title: 'Coming up',
    empty: 'Nothing waits yet. What you add plays by itself after the film.',
    addedBy: (name: string) => `added by ${name}`,
    add: 'Add to queue',
    addOf: (title: string) => `Add ${title} to the queue`,
    addNext: 'Play next',
    addNextOf: (title: string) => `Play ${title} next`,
    playNow: 'Play now',
    drag: (title: string) => `Drag ${title} to another place`,
    up: (title: string) => `Move ${title} up`,
    down: (title: string) => `Move ${title} down`,
    remove: (title: string) => `Take ${title} out of the queue`,
    place: (title: string, place: number, all: number) =>
      `${title} is number ${numberText(place)} of ${numberText(all)}`,
    clear: 'Clear',
    repeat: 'Repeat',
    repeats: { off: 'Repeat nothing', queue: 'Repeat the queue', film: 'Repeat this film' } satisfies Record<
      Repeat,
      string
    >,
    did: ({ what, title }: Pick<Undo, 'what' | 'title'>): string => {
      const film = title ?? 'a film'
      switch (what) {
        case 'added':
          return `added ${film}`
        case 'moved':
          return `moved ${film}`
        case 'removed':
          return `removed ${film}`
        case 'cleared':
          return 'cleared the queue'
        case 'put_on':
          return `put on ${film}`
        case 'skipped':
          return `left ${film}`
      }
    },
    undo: 'Undo',
    undoOf: (did: string) => `Undo: ${did}`,
    done: (did: string) => `You ${did}.`,
    next: (title: string, seconds: number) => `Next: ${title} in ${numberText(seconds)} s`,
    again: (title: string, seconds: number) => `Again: ${title} in ${numberText(seconds)} s`,
    nextTold: (title: string) => `The film is over. ${title} comes next.`,
    stay: 'Stay',
    skip: 'Skip',
    skipVotes: (votes: number, needed: number) => `Skip ${numberText(votes)} of ${numberText(needed)}`,
    skipNow: (title: string) => `Go on to ${title} for everybody`,
    skipVote: (title: string) => `Vote to go on to ${title}. More than half have to want it.`,
    skipTakeBack: 'Take your vote back',
    arrived: (title: string) => `“${title}” is here, and waits in the queue.`,
  },
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
  now: {
    change: 'Change film',
    hostsOnly: 'Hosts control the film',
    making: 'Being made ready for every browser',
    watchable: 'Being made ready for every browser: you can watch already',
  },
  side: { label: 'Chat and people', chat: 'Chat', people: 'People', films: 'Films', close: 'Close' },
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
  films: {
    uploads: 'Sent to this room',
    library: 'Library',
    rescan: 'Scan again',
    rescanning: 'Scanning…',
    upload: 'Send a film',
    onNow: 'on now',
    onNowMade: (percent: number) => `on now, ${percentText(percent)} ready`,
    noneInLibrary: 'The library folder is empty. Put films into it and scan again.',
    noLibrary: 'This server has no library folder. Send a film from this device.',
  },
  upload: {
    sending: (title: string) => `Sending ${title}`,
    by: (name: string, title: string) => `${name} is sending ${title}`,
    list: 'On the way here',
    percent: (value: number) => percentText(value),
    speed: (bytes: string) => `${bytes}/s`,
    left: (time: string) => `${time} left`,
    waits: 'waits its turn',
    begins: 'beginning…',
    paused: 'paused',
    stalled: 'nothing comes just now',
    retries: 'connection lost, goes on by itself',
    pause: 'Pause',
    resume: 'Go on',
    remove: 'Remove',
    pauseOf: (title: string) => `Pause sending ${title}`,
    resumeOf: (title: string) => `Go on sending ${title}`,
    removeOf: (title: string) => `Remove the upload ${title}`,
    again: (file: string) => `Go on sending ${file}: choose the file again`,
    otherFile: (file: string) => `That is another file. Choose “${file}” as it was.`,
    dismiss: 'Dismiss',
    arrived: (title: string) => `“${title}” is here.`,
    putOn: 'Put it on',
    gone: (file: string) => `The upload of “${file}” is not here any more. Send it again.`,
    notFilm: (file: string) => `“${file}” is not a film. Choose a video file, such as MP4, WebM or MKV.`,
  },
  dialog: { close: 'Close' },
  /** Refusals of the server by their code. Its own sentences are English, so there is nothing to say here. */
  refusals: {} as Readonly<Record<string, string>>,
  unreachable: 'The server does not answer. Check your connection and try again.',
  unknownTrouble: 'The server could not do that. Try again in a moment.',
  notNow: 'Not connected just now. Try again in a moment.',
})

/** The shape that every language has. */
export type Text = ReturnType<typeof en>
