// Every word that the page says, in German.
import type { Reading, Text } from './en'
import { inStep } from './in-step/de'

/** What to do about a film that nobody can mend here. */
const another = (host: boolean) => (host ? 'Leg einen anderen ein.' : 'Bitte einen Host um einen anderen.')

export const de = ({ listText, numberText, percentText, plural, positionText, spanText }: Reading): Text => ({
  name: 'Matinee',
  home: {
    promise: 'Zusammen Filme schauen, bildgenau.',
    ground: 'Dein Film, dein Server, deine Freunde.',
    yourName: 'Dein Name',
    start: 'Party starten',
    starting: 'Die Türen gehen auf…',
    options: 'Optionen: Name, Passwort, Hosts',
    roomName: 'Name der Party',
    roomNameHint: 'Filmabend',
    password: 'Passwort',
    passwordHint: 'Keins: der Link genügt',
    newcomers: 'Alle, die kommen, werden Host',
    orJoin: 'oder bei einer mitmachen',
    code: 'Code oder Link',
    join: 'Mitmachen',
    lastTime: 'Letztes Mal',
    nameFirst: 'Sag deinen Freunden, wer du bist: Gib zuerst einen Namen ein.',
    codeFirst: 'Gib den Code ein, den du bekommen hast, oder füge den Link ein.',
  },
  door: {
    title: (room) => room,
    come: 'Hereinkommen',
    coming: 'Du kommst herein…',
    there: (viewers) =>
      viewers === 0
        ? 'Noch ist niemand da.'
        : plural(viewers, { one: 'Eine Person ist da.', other: `${numberText(viewers)} Leute sind da.` }),
    password: 'Passwort',
    passwordHint: 'Frag deinen Host',
    looking: 'Die Party wird gesucht…',
    silent: 'Der Server antwortet gerade nicht. Es wird weiter versucht…',
  },
  gone: {
    unknownTitle: 'Hier ist keine Party',
    unknown:
      'Unter diesem Link gibt es keine Party. Eine, zu der niemand kommt, wird nach einer Weile vergessen. Prüfe den Link mit deinem Host, oder starte eine neue Party.',
    endedTitle: 'Die Party ist vorbei',
    ended: 'Diesen Raum gibt es nicht mehr. Starte einen neuen und schick deinen Freunden den Link.',
    replacedTitle: 'Du schaust woanders zu',
    replaced: 'Dieser Raum ist in einem anderen Fenster von dir offen.',
    useHere: 'Hier weiterschauen',
    fullTitle: 'Der Raum ist voll',
    again: 'Noch einmal versuchen',
    againIn: (seconds) => `Noch einmal versuchen in ${numberText(seconds)} s`,
    putOutTitle: 'Du bist draußen',
    putOut: 'Ein Host hat dich aus diesem Raum geworfen. In einer Minute darfst du wiederkommen.',
    bannedTitle: 'Hier kommst du nicht herein',
    banned: 'Ein Host hat dich aus diesem Raum verbannt.',
    closedTitle: 'Der Raum ist geschlossen',
    home: 'Zurück zum Anfang',
  },
  bar: {
    copyCode: 'Code kopieren',
    copied: 'Kopiert',
    invite: 'Einladen',
    settings: 'Einstellungen',
    help: 'Tasten und Hilfe',
    viewers: (count) => `${numberText(count)} ${plural(count, { one: 'Person', other: 'Leute' })} hier`,
    connected: 'verbunden',
    reconnecting: 'verbindet neu…',
    lost: 'Die Verbindung ist weg und kommt von selbst wieder. Der Film läuft, so weit er geladen ist.',
    hideSide: 'Seitenleiste ausblenden',
    showSide: 'Chat und Leute zeigen',
    unread: (what) => `${what}, neue Nachrichten`,
    locked: 'Dieser Raum hat ein Passwort',
  },
  inStep: inStep({ listText, numberText, plural }),
  invite: {
    title: 'Freunde einladen',
    lead: (spoken) =>
      spoken
        ? 'Schick den Link, sag den Code durch oder lass den QR-Code mit dem Handy scannen.'
        : 'Schick den Link oder lass den QR-Code mit dem Handy scannen.',
    link: 'Link',
    copy: 'Kopieren',
    share: 'Teilen…',
    shareText: (room) => `Schau mit mir: ${room}`,
    locked: 'Deine Freunde brauchen das Passwort des Raums.',
    qr: 'QR-Code des Links',
    alone: 'Du bist allein hier. Schick den Link.',
  },
  settings: {
    title: 'Einstellungen',
    you: 'Du',
    yourName: 'Dein Name',
    language: 'Sprache',
    room: 'Der Raum',
    roomName: 'Name',
    password: 'Passwort',
    passwordSet: 'Es gibt eins. Tippe ein neues, um es zu ändern.',
    passwordNone: 'Keins: der Link genügt',
    removePassword: 'Passwort entfernen',
    newcomers: 'Alle, die kommen, werden Host',
    whoControls: 'Wer ihn steuert',
    whoAdds: 'Wer Filme bringt',
    hosts: 'Hosts',
    everybody: 'Alle',
    film: 'Der Film',
    chat: 'Chat',
    closed: 'Für Neue geschlossen',
    bans: 'Verbannt',
    banned: ({ by, address, others }) =>
      `von ${by}` +
      (address ? ', samt Fremden aus demselben Netz' : '') +
      (others > 0
        ? `; ${numberText(others)} ${plural(others, { one: 'andere Person war', other: 'andere waren' })} von dort hier`
        : ''),
    unban: 'Wieder hereinlassen',
    unbanOf: (name) => `Wieder hereinlassen: ${name}`,
    wait: 'Auf jemanden warten, bei dem der Film lädt',
    waitNever: 'Nie',
    waitFor: (seconds) => `Höchstens ${numberText(seconds)} s`,
    slow: 'Pause zwischen zwei Nachrichten von Gästen',
    slowOff: 'Keine',
    slowFor: (seconds) => `${numberText(seconds)} s`,
    nameless: 'Ein Name braucht mindestens einen Buchstaben.',
    save: 'Speichern',
    leave: 'Raum verlassen',
  },
  help: {
    title: 'Tasten',
    keys: [
      ['Leertaste, K', 'Abspielen oder anhalten'],
      ['← →', '5 Sekunden zurück oder vor'],
      ['J, L', '10 Sekunden zurück oder vor'],
      ['M', 'Ton aus oder an, für dich'],
      ['F', 'Vollbild'],
      ['T', 'Kino: der Film in voller Breite'],
      ['V', 'Untertitel aus oder an, für dich'],
      ['G, H', 'Untertitel früher oder später, für dich'],
      [', .', 'Das Kapitel davor oder das nächste'],
      ['C', 'Etwas sagen'],
      ['?', 'Diese Liste'],
    ],
    note: 'Abspielen, Anhalten und Springen gelten für alle. Ton, Untertitel und Vollbild sind nur für dich, und alles, solange du für dich schaust.',
  },
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
  link: {
    label: 'Link zu einem Film',
    hint: 'Oder füge einen Link ein',
    putOn: 'Einlegen',
    privacy:
      'Zu einer Videodatei, einem Stream oder YouTube. Der Film kommt von dort direkt zu jedem von euch: Die Website sieht eure Internetadressen, nicht euren Raum.',
    none: 'Das ist kein Link zu einem Film. Füge die ganze Adresse ein; sie beginnt mit https:// oder http://.',
    from: (site) => `von ${site}, direkt zu dir`,
    hostsOnly: 'Hier können nur Hosts Filme einlegen',
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
  queue: {
    title: 'Als Nächstes',
    empty: 'Noch wartet nichts. Was du hinzufügst, läuft nach dem Film von selbst.',
    addedBy: (name) => `von ${name}`,
    add: 'In die Warteschlange',
    addOf: (title) => `${title} in die Warteschlange stellen`,
    addNext: 'Als Nächstes',
    addNextOf: (title) => `${title} als Nächstes zeigen`,
    playNow: 'Jetzt zeigen',
    drag: (title) => `${title} an eine andere Stelle ziehen`,
    up: (title) => `${title} nach oben`,
    down: (title) => `${title} nach unten`,
    remove: (title) => `${title} aus der Warteschlange nehmen`,
    place: (title, place, all) => `${title} ist Nummer ${numberText(place)} von ${numberText(all)}`,
    clear: 'Leeren',
    repeat: 'Wiederholen',
    repeats: {
      off: 'Nichts wiederholen',
      queue: 'Warteschlange wiederholen',
      film: 'Diesen Film wiederholen',
    },
    did: ({ what, title }) => {
      const film = title ?? 'einen Film'
      switch (what) {
        case 'added':
          return `${film} hinzugefügt`
        case 'moved':
          return `${film} verschoben`
        case 'removed':
          return `${film} herausgenommen`
        case 'cleared':
          return 'Warteschlange geleert'
        case 'put_on':
          return `${film} eingelegt`
        case 'skipped':
          return `${film} übersprungen`
      }
    },
    undo: 'Zurücknehmen',
    undoOf: (did) => `Zurücknehmen: ${did}`,
    done: (did) => `Erledigt: ${did}.`,
    next: (title, seconds) => `Als Nächstes: ${title} in ${numberText(seconds)} s`,
    again: (title, seconds) => `Noch einmal: ${title} in ${numberText(seconds)} s`,
    nextTold: (title) => `Der Film ist zu Ende. Als Nächstes kommt ${title}.`,
    stay: 'Bleiben',
    skip: 'Weiter',
    skipVotes: (votes, needed) => `Weiter: ${numberText(votes)} von ${numberText(needed)}`,
    skipNow: (title) => `Für alle weiter zu ${title}`,
    skipVote: (title) => `Dafür stimmen, dass ${title} kommt. Mehr als die Hälfte muss es wollen.`,
    skipTakeBack: 'Stimme zurücknehmen',
    arrived: (title) => `„${title}“ ist da und wartet in der Warteschlange.`,
  },
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
  now: {
    change: 'Film wechseln',
    hostsOnly: 'Hosts steuern den Film',
    making: 'Wird für alle Browser vorbereitet',
    watchable: 'Wird für alle Browser vorbereitet: Ihr könnt schon schauen',
  },
  side: { label: 'Chat und Leute', chat: 'Chat', people: 'Leute', films: 'Filme', close: 'Schließen' },
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
  films: {
    uploads: 'In diesen Raum gesendet',
    library: 'Sammlung',
    rescan: 'Neu einlesen',
    rescanning: 'Liest ein…',
    upload: 'Film senden',
    onNow: 'läuft',
    onNowMade: (percent) => `läuft, ${percentText(percent)} fertig`,
    noneInLibrary: 'Der Ordner der Sammlung ist leer. Leg Filme hinein und lies ihn neu ein.',
    noLibrary: 'Dieser Server hat keinen Ordner mit Filmen. Sende einen von diesem Gerät.',
  },
  upload: {
    sending: (title) => `${title} wird gesendet`,
    by: (name, title) => `${name} sendet ${title}`,
    list: 'Unterwegs hierher',
    percent: (value) => percentText(value),
    speed: (bytes) => `${bytes}/s`,
    left: (time) => `noch ${time}`,
    waits: 'wartet, bis es dran ist',
    begins: 'fängt an…',
    paused: 'angehalten',
    stalled: 'gerade kommt nichts',
    retries: 'Verbindung weg, geht von selbst weiter',
    pause: 'Anhalten',
    resume: 'Weiter',
    remove: 'Entfernen',
    pauseOf: (title) => `Senden von ${title} anhalten`,
    resumeOf: (title) => `${title} weiter senden`,
    removeOf: (title) => `Senden von ${title} abbrechen`,
    again: (file) => `${file} weiter senden: Wähle die Datei noch einmal`,
    otherFile: (file) => `Das ist eine andere Datei. Wähle „${file}“, so wie sie war.`,
    dismiss: 'Schließen',
    arrived: (title) => `„${title}“ ist da.`,
    putOn: 'Einlegen',
    gone: (file) => `Die Übertragung von „${file}“ gibt es nicht mehr. Sende die Datei noch einmal.`,
    notFilm: (file) => `„${file}“ ist kein Film. Wähle eine Videodatei, etwa MP4, WebM oder MKV.`,
  },
  dialog: { close: 'Schließen' },
  refusals: {
    // Bounds that only the server knows are left out.
    other_version: 'Der Server spricht eine andere Version. Lade die Seite neu.',
    too_fast: 'Das geht zu schnell. Warte einen Moment.',
    password_needed: 'Dieser Raum hat ein Passwort. Frag den Host danach.',
    wrong_password: 'Das ist nicht das Passwort dieses Raums. Prüfe es mit deinem Host.',
    too_many_tries:
      'Von hier wurden zu viele Passwörter versucht. Warte eine Minute, dann versuch es wieder.',
    too_many_codes:
      'Von hier wurden zu viele Codes versucht, zu denen es keine Party gibt. Warte ein paar Minuten, dann versuch es wieder.',
    room_full: 'Dieser Raum ist voll. Bitte den Host, dich später hereinzulassen.',
    name_empty: 'Bitte gib einen Namen mit mindestens einem sichtbaren Buchstaben ein.',
    name_too_long: 'Dieser Name ist zu lang. Nimm einen kürzeren.',
    not_member: 'Du bist nicht mehr in diesem Raum. Lade die Seite neu.',
    not_host: 'Das können nur Hosts. Bitte einen Host, dich zum Host zu machen.',
    alone: 'Du schaust gerade für dich. Schau erst wieder mit, um den Film für alle zu steuern.',
    no_such_member: 'Diese Person ist nicht mehr im Raum.',
    last_host: 'Du bist der einzige Host. Mach zuerst jemand anderen zum Host.',
    no_film: 'Es ist noch kein Film da. Wähle zuerst einen.',
    link_invalid:
      'Das ist kein Link zu einem Film. Füge die ganze Adresse ein; sie beginnt mit https:// oder http://.',
    link_too_long: 'Dieser Link ist zu lang. Nimm einen kürzeren.',
    link_no_video:
      'Diese Seite von YouTube ist nicht die eines Videos. Öffne dort das Video und füge seinen Link ein.',
    film_unplayable: 'Dieser Film lässt sich nicht für Browser vorbereiten. Wähle eine andere Fassung.',
    stream_too_slow: 'Diesen Film vorzubereiten hat zu lange gedauert. Wähle eine kleinere Fassung.',
    stream_too_large: 'Vorbereitet ist dieser Film zu groß für diesen Server. Wähle eine kleinere Fassung.',
    too_many_streams: 'Es werden schon zu viele Filme vorbereitet. Versuch es, wenn einer davon fertig ist.',
    no_ffmpeg:
      'Für diesen Film braucht der Server ffmpeg, und er hat keines. Bitte, wer ihn betreibt, es zu installieren.',
    film_gone: 'Die Datei dieses Films ist nicht mehr da. Lies die Sammlung neu ein.',
    film_other: 'Die Datei dieses Films hat sich geändert. Lies die Sammlung neu ein.',
    film_unreadable:
      'Die Datei dieses Films ist nicht lesbar. Bitte, wer den Server betreibt, die Platte und die Rechte zu prüfen.',
    stream_broken:
      'Den Film vorzubereiten wurde auf dem Server abgebrochen. Versuch es noch einmal, oder frag, wer ihn betreibt.',
    no_such_film: 'Diesen Film gibt es hier nicht mehr. Lies die Sammlung neu ein.',
    film_changed: 'Inzwischen ist ein anderer Film dran. Versuch es noch einmal.',
    rate_out_of_range: 'So schnell oder langsam kann der Film nicht laufen. Wähle ein anderes Tempo.',
    duration_out_of_range: 'So lang ist kein Film.',
    text_empty: 'In dieser Nachricht steht nichts.',
    text_too_long: 'Diese Nachricht ist zu lang. Sende sie in Teilen.',
    password_too_long: 'Dieses Passwort ist zu lang. Nimm ein kürzeres.',
    internal: 'Auf dem Server ging etwas schief. Versuch es gleich noch einmal.',
    no_such_room: 'Zu diesem Code gibt es hier keine Party. Prüfe ihn mit deinem Host.',
    server_full: 'Dieser Server ist voll. Versuch es später wieder, oder frag, wer ihn betreibt.',
    restarting: 'Der Server startet neu. Versuch es gleich noch einmal.',
    too_many_rooms: 'Von hier wurden zu viele Räume gemacht. Warte einen Moment, dann versuch es wieder.',
    too_slow: 'Das hat zu lange gedauert. Versuch es noch einmal.',
    library_unreadable: 'Die Sammlung kann nicht gelesen werden. Frag, wer diesen Server betreibt.',
    disk_full: 'Auf dem Server ist kein Platz mehr. Bitte, wer ihn betreibt, Platz zu schaffen.',
    room_storage_full:
      'In diesem Raum ist dafür kein Platz mehr. Frag nach mehr, wer diesen Server betreibt.',
    server_storage_full: 'Auf diesem Server ist dafür kein Platz mehr. Frag nach mehr, wer ihn betreibt.',
    too_many_uploads: 'Hier werden schon zu viele Filme gesendet. Warte, bis einer angekommen ist.',
    too_many_kept_uploads:
      'Hier warten zu viele Filme. Lass einen ankommen, oder entferne einen, den niemand weiter sendet.',
    no_such_upload: 'Diese Übertragung gibt es nicht mehr. Sende den Film noch einmal.',
    not_sender:
      'Das können nur Hosts, und wer diesen Film sendet. Bitte einen Host, dich zum Host zu machen.',
    not_a_video: 'Das ist kein Film. Wähle eine Videodatei, etwa MP4, WebM oder MKV.',
    upload_empty: 'Diese Datei ist leer. Wähle einen Film, der fertig geladen oder kopiert ist.',
    upload_too_large: 'Dieser Film ist größer, als der Server annimmt. Wähle eine kleinere Fassung.',
    upload_length: 'Die Übertragung passt nicht zur Datei. Sende den Film noch einmal.',
    upload_broken: 'Die Verbindung ist abgebrochen. Es geht weiter, wo es aufgehört hat.',
    upload_busy: 'Dieser Film wird schon von einer anderen Verbindung gesendet. Warte, bis sie fertig ist.',
    upload_removed: 'Diese Übertragung wurde entfernt.',
    too_many_subtitles:
      'Zu diesem Film gibt es schon zu viele Untertitel. Entferne welche, die niemand braucht.',
    subtitles_too_large: 'So groß sind keine Untertitel. Wähle eine Datei in SRT, WebVTT oder ASS.',
    no_subtitles: 'In dieser Datei sind keine lesbaren Untertitel. Wähle eine in SRT, WebVTT oder ASS.',
    too_many_lines: 'Diese Datei hat zu viele Zeilen. Wähle Untertitel ohne Effekte.',
    busy: 'Gerade fügen viele Leute Untertitel hinzu. Versuch es gleich noch einmal.',
    no_such_subtitles: 'Diese Untertitel gibt es nicht mehr. Wähle andere.',
    not_adder: 'Entfernen können diese Untertitel nur Hosts, und wer sie hinzugefügt hat. Frag einen Host.',
    queue_full: 'Die Warteschlange ist voll. Nimm zuerst einen Film heraus.',
    no_such_entry: 'Dieser Film ist nicht mehr in der Warteschlange.',
    nothing_next: 'In der Warteschlange ist kein Film. Füge zuerst einen hinzu.',
    not_watching: 'Darüber entscheidet nur, wer den Film hier schaut.',
    wait_out_of_range: 'Gewartet werden kann 0 bis 20 Sekunden.',
    plays_already: 'Der Film läuft schon. Halte ihn zuerst an.',
    nobody_asks: 'Gerade fragt niemand, wer bereit ist.',
    undo_gone: 'Das lässt sich nicht mehr zurücknehmen: Inzwischen hat sich etwas anderes geändert.',
    founder: 'Diese Person hat den Raum eröffnet: Sie bleibt, und sie bleibt Host.',
    yourself: 'Das bist du selbst. Verlass den Raum, wenn du gehen willst.',
    muted: 'Ein Host hat dich stummgeschaltet. Zuschauen kannst du weiter; frag einen Host.',
    too_soon: 'Hier wird langsam geschrieben. Warte einen Moment bis zur nächsten Nachricht.',
    closed_to_newcomers: 'Dieser Raum lässt gerade niemand Neues herein. Frag einen Host.',
    kicked: 'Ein Host hat dich hinausgeschickt. In einer Minute kannst du wiederkommen.',
    banned: 'Ein Host hat dich aus diesem Raum verbannt. Frag einen Host, wenn das ein Irrtum ist.',
    too_many_bans: 'Hier sind schon zu viele verbannt oder stumm. Heb zuerst etwas davon auf.',
    no_such_ban: 'Diese Verbannung ist schon aufgehoben.',
    no_reaction: 'Eine Reaktion ist ein einzelnes Emoji.',
    minutes_out_of_range: 'Stumm bleibt jemand 1 bis 1440 Minuten, oder bis es aufgehoben wird.',
    slow_out_of_range: 'Zwischen zwei Nachrichten können 0 bis 300 Sekunden liegen.',
    upload_stalled: 'Die Übertragung stand zu lange still. Es geht weiter, wo sie aufgehört hat.',
  },
  unreachable: 'Der Server antwortet nicht. Prüfe deine Verbindung und versuch es noch einmal.',
  unknownTrouble: 'Das konnte der Server nicht tun. Versuch es gleich noch einmal.',
  notNow: 'Gerade nicht verbunden. Versuch es gleich noch einmal.',
})
