// What the page says of the film that is on, and of the player, in English.
import type { Stream } from '../../protocol'
import type { Reading } from '../en'

/** What to do about a film that nobody can mend here. */
const another = (host: boolean) => (host ? 'Put on another one.' : 'Ask a host to put on another one.')

export const player = ({ listText, numberText, percentText, plural, positionText, spanText }: Reading) => ({
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
    filmWaits: (percent: number | null) =>
      `The film is still being made${percent === null ? '' : `: ${percentText(percent)} of it is there`}. It goes on by itself when there is enough.`,
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
})

/** The shape that it has in every language. */
export type PlayerText = ReturnType<typeof player>
