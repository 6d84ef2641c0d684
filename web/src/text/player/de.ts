// What the page says of the film that is on, and of the player, in German.
import type { Reading } from '../en'
import type { PlayerText } from './en'

/** What to do about a film that nobody can mend here. */
const another = (host: boolean) => (host ? 'Leg einen anderen ein.' : 'Bitte einen Host um einen anderen.')

export const player = ({
  listText,
  numberText,
  percentText,
  plural,
  positionText,
  spanText,
}: Reading): PlayerText => ({
  screen: {
    label: 'Film',
    emptyHost: 'Was schaut ihr?',
    emptyHostHint: 'Zieh einen Film hierher',
    choose: 'Datei wählen',
    orLibrary: 'oder nimm einen aus der Sammlung',
    emptyGuest: 'Der Host legt gleich einen Film ein',
    emptyGuestHint: 'Solange könnt ihr chatten.',
    elsewhere: 'Einige hier spielen ihren eigenen Film. Leg denselben ein: Er steigt ein, wo sie sind.',
    elsewhereGuest: 'Einige hier spielen ihren eigenen Film. Ein Host kann denselben für alle einlegen.',
    drop: 'Lass los: Alle sehen ihn dann hier',
    tapSound: 'Tippen für Ton',
    tapPlay: 'Tippen zum Abspielen',
    loading: 'Lädt…',
    held: (names, buffered, seconds) =>
      `Warten auf ${names.length > 2 ? `${numberText(names.length)} Leute` : listText(names)}${buffered === null ? '' : `, ${numberText(buffered)} s geladen`} · weiter in ${numberText(seconds)} s`,
    heldTold: (names) => `Der Film wartet auf ${listText(names)}.`,
    heldForYou: 'dich',
    buffering: (names) =>
      names.length > 2
        ? `Bei ${numberText(names.length)} Leuten lädt der Film`
        : `Bei ${listText(names)} lädt der Film`,
    gone: (host) =>
      `Diesen Film gibt es auf dem Server nicht mehr. ${host ? 'Leg einen anderen ein.' : 'Bitte einen Host um einen anderen.'}`,
    unplayable: (host) =>
      `Dieser Browser kann den Film nicht abspielen. ${host ? 'Nimm einen anderen, oder wandle ihn in MP4 mit H.264 und AAC um.' : 'Bitte einen Host um einen anderen.'}`,
    linkGone: (host) => `Unter diesem Link gibt es nichts mehr. ${another(host)}`,
    linkUnplayable: (host) =>
      `Dieser Link führt zu keinem Film, den ein Browser spielt. ${host ? 'Nimm den Link der Videodatei selbst, oder leg einen anderen Film ein.' : another(host)}`,
    linkForbidden: (host) =>
      `Die Website dieses Links erlaubt anderen Seiten nicht, ihn zu spielen. ${another(host)}`,
    linkUnreachable: (host) =>
      `Die Website dieses Films ist von hier nicht zu erreichen. Neuer Versuch läuft.${host ? ' Du kannst inzwischen einen anderen einlegen.' : ''}`,
    linkUnsafe: (host) =>
      `Diese Seite ist verschlüsselt und der Link nicht, darum holt der Browser dort nichts. ${host ? 'Versuche den Link mit https:// davor, oder leg einen anderen Film ein.' : another(host)}`,
    live: (host) => `Das wird live gesendet, da kann niemand gleichauf sein. ${another(host)}`,
    youtubeNone: (host) => `YouTube hat unter diesem Link kein Video. ${another(host)}`,
    youtubeRemoved: (host) => `Dieses Video wurde bei YouTube entfernt oder ist privat. ${another(host)}`,
    youtubeKept: (host) =>
      `Wer dieses Video bei YouTube eingestellt hat, erlaubt anderen Websites nicht, es zu zeigen. ${another(host)}`,
    youtubeBroken: (host) =>
      `YouTubes Player kann dieses Video in diesem Browser nicht spielen. Versuche es noch einmal, oder ${host ? 'leg einen anderen Film ein' : 'bitte einen Host um einen anderen'}.`,
    youtubeNameless: () =>
      'YouTube spielt nur für Seiten, deren Adresse es erfährt, und etwas in diesem Browser verbirgt sie. Erlaube es in den Einstellungen oder Erweiterungen für Privatsphäre, und versuche es dann noch einmal.',
    youtubeSilent: () =>
      'YouTubes Player kommt nicht. Vielleicht hält ihn eine Erweiterung oder dein Netz fern: erlaube youtube-nocookie.com, und versuche es dann noch einmal.',
    youtubeWaits: 'YouTube spielt noch nicht. Falls dort Werbung läuft, bist du danach wieder gleichauf.',
    unplayableHere: 'Dieser Browser kann den Film nicht abspielen. Bitte einen Host um einen anderen.',
    preparing: (stream) => {
      switch (stream.state) {
        case 'waiting':
          return plural(stream.ahead, {
            one: 'Der Film wird nach einem anderen für alle Browser vorbereitet.',
            other: `Der Film wird nach ${numberText(stream.ahead)} anderen für alle Browser vorbereitet.`,
          })
        case 'making':
          return 'Der Film wird für alle Browser vorbereitet. Gleich könnt ihr schauen.'
        default:
          return 'Der Film wird untersucht…'
      }
    },
    beyond: (percent) =>
      `Dieser Teil wird noch vorbereitet${percent === null ? '' : `: ${percentText(percent)} des Films sind da`}. Es geht von selbst weiter.`,
    filmWaits: (percent) =>
      `Der Film wird noch vorbereitet${percent === null ? '' : `: ${percentText(percent)} davon sind da`}. Er geht von selbst weiter, sobald genug da ist.`,
    broken: () => 'Der Film kommt gerade nicht an. Es wird weiter versucht.',
    again: 'Noch einmal versuchen',
    end: 'Ende',
    next: 'Nächsten Film wählen',
  },
  controls: {
    play: 'Abspielen',
    pause: 'Anhalten',
    playOn: 'Weiter, ohne zu warten',
    seek: 'Stelle im Film',
    of: (at, all) => `${positionText(at)} von ${positionText(all)}`,
    mute: 'Ton aus',
    unmute: 'Ton an',
    volume: 'Lautstärke',
    rate: 'Tempo',
    times: (rate) => `${numberText(rate)}×`,
    theatre: 'Kino: der Film in voller Breite',
    fullscreen: 'Vollbild',
    leaveFullscreen: 'Vollbild verlassen',
    picture: 'Bild im Bild',
    chat: 'Chat',
    more: 'Mehr',
    hostsOnly: 'Das können nur Hosts',
  },
  tracks: {
    title: 'Untertitel und Ton',
    subtitles: 'Untertitel',
    off: 'Aus',
    none: 'Dieser Film hat keine Untertitel.',
    looking: 'Im Film werden Untertitel gesucht…',
    coming: 'Wird noch aus dem Film gelesen',
    picture: 'Aus Bildern: hier nicht zu zeigen',
    forDeaf: 'für Gehörlose',
    forced: 'nur Fremdsprachiges',
    nameless: 'Unbekannte Sprache',
    addedBy: (name) => `hinzugefügt von ${name}`,
    addedAs: (file, name) => `${file ?? 'eine Datei'}, hinzugefügt von ${name}`,
    timing: 'Zeitpunkt',
    inTime: 'Wie geschrieben',
    delay: (ms) => `${ms > 0 ? '+' : ms < 0 ? '−' : ''}${numberText(Math.abs(ms) / 1_000)} s`,
    step: (ms) => `${ms > 0 ? '+' : '−'}${numberText(Math.abs(ms) / 1_000)}`,
    shift: (ms) => `${numberText(Math.abs(ms) / 1_000)} s ${ms > 0 ? 'später' : 'früher'}`,
    delayed: (ms) =>
      ms === 0
        ? 'Untertitel wie geschrieben'
        : `Untertitel ${numberText(Math.abs(ms) / 1_000)} s ${ms > 0 ? 'später' : 'früher'}`,
    size: 'Größe',
    sizes: { small: 'Klein', medium: 'Mittel', large: 'Groß', huge: 'Sehr groß' },
    add: 'Untertiteldatei hinzufügen',
    adding: 'Wird hinzugefügt…',
    remove: 'Entfernen',
    removeOf: (name) => `Untertitel ${name} entfernen`,
    noFilm: 'Leg zuerst den Film ein, dann füge seine Untertitel hinzu.',
    sound: 'Ton',
    chapters: 'Kapitel',
    chapter: (number) => `Kapitel ${numberText(number)}`,
    nowOff: 'Untertitel aus',
    nowOn: (name) => `Untertitel: ${name}`,
  },
  alone: {
    letGo: 'Für dich schauen',
    back: 'Wieder mitschauen',
    on: (untilPlay) => (untilPlay ? 'Für dich, bis die anderen anfangen' : 'Du schaust für dich'),
    apart: (othersAheadMs) =>
      Math.abs(othersAheadMs) < 2_000
        ? 'wo die anderen sind'
        : `${spanText(Math.abs(othersAheadMs))} ${othersAheadMs > 0 ? 'hinter' : 'vor'} den anderen`,
    was: (at) => `Du warst bei ${positionText(at)}`,
    goOn: (at) => `Bei ${positionText(at)} weiter`,
    watchFrom: (at) => `Ab ${positionText(at)} für mich schauen`,
    dismiss: 'Jetzt nicht',
  },
})
