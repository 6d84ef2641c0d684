// What the page says of films that can be put on, in German: links, the library, what is sent, what comes next.
import type { Reading } from '../en'
import type { FilmsText } from './en'

export const films = ({ numberText, percentText }: Reading): FilmsText => ({
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
  now: {
    change: 'Film wechseln',
    hostsOnly: 'Hosts steuern den Film',
    making: 'Wird für alle Browser vorbereitet',
    watchable: 'Wird für alle Browser vorbereitet: Ihr könnt schon schauen',
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
})
