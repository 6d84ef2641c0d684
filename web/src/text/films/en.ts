// What the page says of films that can be put on, in English: links, the library, what is sent, what comes next.
import type { Repeat, Undo } from '../../protocol'
import type { Reading } from '../en'

export const films = ({ numberText, percentText }: Reading) => ({
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
  now: {
    change: 'Change film',
    hostsOnly: 'Hosts control the film',
    making: 'Being made ready for every browser',
    watchable: 'Being made ready for every browser: you can watch already',
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
})

/** The shape that it has in every language. */
export type FilmsText = ReturnType<typeof films>
