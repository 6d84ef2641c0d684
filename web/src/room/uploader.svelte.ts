// Films on their way from this page to the server, by the tus protocol: some at once, the others after them. What
// breaks off goes on by itself; how far each is, the server tells everybody.
import type { DetailedError, Upload } from 'tus-js-client'
import { Refusal, refusalFrom, removeUpload, uploadsAddress } from '../api'
import {
  forgetUpload,
  randomName,
  rememberedUploads,
  rememberUpload,
  tabName,
  type RememberedUpload,
} from '../remembered'
import { text } from '../text'

/** Sent at once; more would only share the same line. */
const AT_ONCE_MAX = 3
/** How long after a broken connection it is tried again, time and time again. */
const RETRY_MS = [500, 1_000, 2_000, 4_000, 8_000]
/** How the server refuses what is no film. */
const NOT_A_FILM = 'not_a_video'
/** Refusals that mean: not now. */
const PASSING = new Set([408, 409, 423])
/** The disk is full, or there is no place: somebody has to act first. */
const NO_PLACE = 507

/** `waits` for its turn, `begins` until the server knows it, then `sends`, is `paused`, or `retries`. */
export type State = 'waits' | 'begins' | 'sends' | 'paused' | 'retries'

/** A file under way. */
export interface Sending {
  id: number
  file: File
  /** Its address on the server, once it has one. */
  url: string | null
  state: State
}

interface Work {
  upload: Upload | null
  retry: ReturnType<typeof setTimeout> | undefined
  tries: number
  /** The server has told everybody of it. */
  listed: boolean
}

export class Uploader {
  sendings = $state.raw<readonly Sending[]>([])
  /** Uploads of this browser that were under way when it last forgot their files. */
  forgotten = $state.raw<readonly RememberedUpload[]>([])
  trouble = $state<string | null>(null)

  #code: string
  #arrived: (film: string) => void
  #work = new Map<number, Work>()
  #last = 0

  constructor(code: string, arrived: (film: string) => void) {
    this.#code = code
    this.#arrived = arrived
    this.forgotten = rememberedUploads().filter((upload) => upload.code === code)
  }

  /** Sends these files, each when those before it are through; one that was under way goes on where it was. */
  add(files: Iterable<File>): void {
    for (const file of files) {
      const known = this.forgotten.find((upload) => isOf(upload, file))
      if (known !== undefined) this.#knowAgain(known)
      this.#last += 1
      this.#work.set(this.#last, { upload: null, retry: undefined, tries: 0, listed: false })
      const sending: Sending = { id: this.#last, file, url: known?.url ?? null, state: 'waits' }
      this.sendings = [...this.sendings, sending]
    }
    this.trouble = null
    this.#next()
  }

  /** Goes on with a forgotten upload, if this is its file. */
  goOnWith(upload: RememberedUpload, file: File): void {
    if (isOf(upload, file)) this.add([file])
    else this.trouble = text.upload.otherFile(upload.name)
  }

  /** The one that is sent to this address. */
  find(url: string | null): Sending | undefined {
    return url === null ? undefined : this.sendings.find((sending) => sending.url === url)
  }

  pause(id: number): void {
    const work = this.#work.get(id)
    clearTimeout(work?.retry)
    // One that begins pauses when the server has answered: nobody would know its address otherwise.
    const begins = this.#get(id)?.state === 'begins'
    if (!begins) void work?.upload?.abort()
    this.#set(id, { state: 'paused' })
    this.#next()
  }

  resume(id: number): void {
    this.trouble = null
    this.#set(id, { state: 'waits' })
    this.#next()
  }

  /** Ends an upload, of this page or of another, and has the server remove it. */
  async remove(id: number | null, url: string | null): Promise<void> {
    if (id !== null) this.#drop(id)
    if (url === null) return
    try {
      await removeUpload(url)
      this.#forget(url)
    } catch (error) {
      this.trouble = error instanceof Refusal ? error.message : text.unknownTrouble
    }
  }

  /** The server is there again, and has these uploads: what broke off goes on, and what is not there is forgotten. */
  connected(urls: readonly (string | null)[]): void {
    for (const { id, state } of this.sendings) if (state === 'retries') this.#start(id)
    for (const { url } of this.forgotten) if (!urls.includes(url)) this.#forget(url)
  }

  /** What the server has: one of ours that is gone from there was removed by somebody. */
  listed(urls: readonly (string | null)[]): void {
    for (const { id, url, state } of this.sendings) {
      const work = this.#work.get(id)
      if (url === null || work === undefined) continue
      if (urls.includes(url)) work.listed = true
      else if (work.listed && state === 'paused') {
        this.#forget(url)
        this.#drop(id)
      }
    }
  }

  stop(): void {
    for (const { id } of this.sendings) this.#drop(id)
  }

  dismiss(): void {
    this.trouble = null
  }

  #get(id: number): Sending | undefined {
    return this.sendings.find((sending) => sending.id === id)
  }

  #set(id: number, change: Partial<Sending>): void {
    this.sendings = this.sendings.map((sending) => (sending.id === id ? { ...sending, ...change } : sending))
  }

  /** Stops sending it. */
  #drop(id: number): void {
    const work = this.#work.get(id)
    this.#work.delete(id)
    clearTimeout(work?.retry)
    void work?.upload?.abort()
    this.sendings = this.sendings.filter((sending) => sending.id !== id)
    this.#next()
  }

  #forget(url: string): void {
    forgetUpload(url)
    this.forgotten = this.forgotten.filter((upload) => upload.url !== url)
  }

  #knowAgain(known: RememberedUpload): void {
    this.forgotten = this.forgotten.filter(({ url }) => url !== known.url)
  }

  /** Starts those whose turn it is. */
  #next(): void {
    const busy = this.sendings.filter(({ state }) => state !== 'waits' && state !== 'paused').length
    const waiting = this.sendings.filter(({ state }) => state === 'waits')
    for (const { id } of waiting.slice(0, Math.max(0, AT_ONCE_MAX - busy))) this.#start(id)
  }

  #start(id: number): void {
    const work = this.#work.get(id)
    const sending = this.#get(id)
    if (work === undefined || sending === undefined) return
    clearTimeout(work.retry)
    this.#set(id, { state: sending.url === null ? 'begins' : 'sends' })
    if (work.upload !== null) work.upload.start()
    else void this.#open(id, work, sending)
  }

  /** The library comes with the first upload: most visitors need none of it. */
  async #open(id: number, work: Work, { file, url }: Sending): Promise<void> {
    try {
      const { Upload } = await import('tus-js-client')
      if (this.#work.get(id) !== work || work.upload !== null) return
      work.upload = new Upload(file, {
        // One that has an address must not begin anew where that leads nowhere any more.
        endpoint: url === null ? uploadsAddress(this.#code, tabName()) : null,
        uploadUrl: url,
        metadata: { filename: file.name, once: randomName() },
        retryDelays: null,
        storeFingerprintForResuming: false,
        onUploadUrlAvailable: () => this.#begun(id, work),
        onProgress: () => (work.tries = 0),
        onSuccess: ({ lastResponse }) => this.#done(id, lastResponse.getHeader('matinee-film')),
        onError: (error) => this.#broken(id, work, error),
      })
      if (this.#get(id)?.state !== 'paused') work.upload.start()
    } catch {
      this.#retry(id, work)
    }
  }

  #begun(id: number, work: Work): void {
    const sending = this.#get(id)
    const given = work.upload?.url ?? null
    if (sending === undefined || given === null || work.upload === null) return
    const url = new URL(given, location.href).pathname
    work.upload.options.endpoint = null
    const { name, size, lastModified } = sending.file
    rememberUpload({ code: this.#code, url, name, size, modified: lastModified })
    this.#set(id, { url })
    if (sending.state === 'paused') void work.upload.abort()
    else this.#set(id, { state: 'sends' })
  }

  #done(id: number, film: string | undefined): void {
    const url = this.#get(id)?.url ?? null
    if (url !== null) this.#forget(url)
    this.#drop(id)
    if (film !== undefined) this.#arrived(film)
  }

  #broken(id: number, work: Work, error: Error | DetailedError): void {
    const sending = this.#get(id)
    if (sending === undefined) return
    const answer = 'originalResponse' in error ? error.originalResponse : null
    const status = answer?.getStatus() ?? 0
    if (status === NO_PLACE && sending.url !== null) {
      this.trouble = refusalFrom(answer?.getBody() ?? '').message
      this.#set(id, { state: 'paused' })
      return this.#next()
    }
    if (status === 0 || PASSING.has(status) || (status >= 500 && status !== NO_PLACE)) {
      return this.#retry(id, work)
    }
    const { code, message } = refusalFrom(answer?.getBody() ?? '')
    // An answer to HEAD has no words.
    this.trouble =
      code === NOT_A_FILM
        ? text.upload.notFilm(sending.file.name)
        : status === 404
          ? text.upload.gone(sending.file.name)
          : message
    if (sending.url !== null) this.#forget(sending.url)
    this.#drop(id)
  }

  #retry(id: number, work: Work): void {
    const sending = this.#get(id)
    if (sending === undefined || sending.state === 'paused') return
    const wait = RETRY_MS[Math.min(work.tries, RETRY_MS.length - 1)]
    work.tries += 1
    this.#set(id, { state: 'retries' })
    clearTimeout(work.retry)
    work.retry = setTimeout(() => this.#start(id), wait)
  }
}

function isOf(upload: RememberedUpload, { name, size, lastModified }: File): boolean {
  return upload.name === name && upload.size === size && upload.modified === lastModified
}
