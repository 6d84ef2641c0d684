// How films come into the room from here: chosen, dropped or pasted; and their subtitles with them.
import type { Extras } from '../film/extras.svelte'
import { isSubtitleName } from '../film/files'
import { hasRememberedUploads, type RememberedUpload } from '../remembered'
import { text } from '../text'
import { toast } from '../ui/toasts.svelte'
import { commandFor, holdsFilm, linkIn, linkOf, pasted } from './link'
import type { Session } from './session.svelte'
import type { Shelf } from './shelf.svelte'
import type { Sending, Uploader } from './uploader.svelte'

/** When the server has a film, its putting it on is known within this time. */
const PUT_ON_WITHIN_MS = 500

export class Bringing {
  /** There is one once something is sent from here. */
  uploader = $state.raw<Uploader | null>(null)
  /** Something is held over the page that can be let go here. */
  dragging = $state(false)

  #session: Session
  #shelf: Shelf
  #extras: () => Extras | null
  /** Opens the browser's choice of files. */
  #browse: () => void
  /** The upload whose file is to be chosen again. */
  #again: RememberedUpload | null = null
  #loading: Promise<Uploader> | null = null
  #offer: ReturnType<typeof setTimeout> | undefined
  /** Takes back what we have offered, when nobody is left to take it. */
  #withdraw: (() => void) | undefined
  #ended = false

  constructor(session: Session, shelf: Shelf, extras: () => Extras | null, browse: () => void) {
    this.#session = session
    this.#shelf = shelf
    this.#extras = extras
    this.#browse = browse
    // Uploads whose files the browser has forgotten are to be seen as such.
    if (hasRememberedUploads(session.code)) this.#withUploader(() => undefined)
  }

  end(): void {
    this.#ended = true
    this.uploader?.stop()
    clearTimeout(this.#offer)
    this.#withdraw?.()
  }

  /** A file is to be chosen: any, or that of an upload once more. */
  choose = (which: RememberedUpload | null): void => {
    this.#again = which
    this.#browse()
  }

  chosen = (event: Event & { currentTarget: HTMLInputElement }): void => {
    const input = event.currentTarget
    const files = [...(input.files ?? [])]
    input.value = ''
    this.#send(files, this.#again)
    this.#again = null
  }

  remove = (sending: Sending | null, url: string | null): void => {
    this.#withUploader((it) => void it.remove(sending?.id ?? null, url))
  }

  draggedOver = (event: DragEvent): void => {
    if (!this.#session.mayAdd || !holdsFilm(event.dataTransfer)) return
    event.preventDefault()
    this.dragging = true
  }

  draggedOut = (event: DragEvent): void => {
    if (event.relatedTarget === null) this.dragging = false
  }

  dropped = (event: DragEvent): void => {
    if (!this.dragging) return
    event.preventDefault()
    this.dragging = false
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length === 0) return this.#bring(linkIn(event.dataTransfer))
    this.#addSubtitles(files.filter(({ name }) => isSubtitleName(name)))
    this.#send(files.filter(({ name }) => !isSubtitleName(name)))
  }

  pasted = (event: ClipboardEvent): void => {
    const words = pasted(event)
    if (words !== null) this.#bring(linkOf(words))
  }

  /** Puts on what a link leads to, or queues it. */
  #bring(url: string | null): void {
    if (!this.#session.mayAdd) toast(text.link.hostsOnly)
    else if (url === null) toast(text.link.none)
    else this.#session.command(commandFor(url, !this.#session.mayPutOn))
  }

  #addSubtitles(files: File[]): void {
    const extras = this.#extras()
    if (files.length > 0 && extras === null) toast(text.tracks.noFilm)
    for (const file of files) void extras?.add(file).then((refused) => refused !== null && toast(refused))
  }

  #send(files: File[], instead: RememberedUpload | null = null): void {
    const [file] = files
    if (file === undefined) return
    this.#withUploader((it) => (instead === null ? it.add(files) : it.goOnWith(instead, file)))
  }

  /** What sends films comes when there is something to send. */
  #withUploader(act: (uploader: Uploader) => void): void {
    this.#loading ??= import('./uploader.svelte').then(
      ({ Uploader }) => (this.uploader = new Uploader(this.#session.code, (id) => this.#arrived(id))),
    )
    this.#loading
      // Whoever has left the room sends nothing into it any more.
      .then((it) => this.#ended || act(it))
      .catch(() => {
        this.#loading = null
        if (!this.#ended) toast(text.unreachable)
      })
  }

  /** The room puts a film on by itself unless it is watching another; then it waits, and we may say that it shall not. */
  #arrived(id: string): void {
    const session = this.#session
    clearTimeout(this.#offer)
    const known = this.#shelf.load()
    this.#offer = setTimeout(async () => {
      await known
      if (this.#ended) return
      const film = this.#shelf.uploads.find((entry) => entry.id === id)
      if (film === undefined || !session.mayPutOn || session.playback.film?.id === id) return
      const waits = session.queue.entries.find((entry) => entry.film === id)
      const told = waits === undefined ? text.upload.arrived : text.queue.arrived
      const take = toast(told(film.title), {
        name: text.upload.putOn,
        act: () => {
          take()
          if (waits === undefined) session.command({ type: 'pick', film: film.id })
          else session.command({ type: 'queue_next', seen: session.playback.revision, entry: waits.id })
        },
      })
      this.#withdraw = take
    }, PUT_ON_WITHIN_MS)
  }
}
