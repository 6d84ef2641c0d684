// The server's HTTP side: rooms, films, uploads. A refusal is thrown as a `Refusal`, whose message is for people.
import type { ErrorBody, FilmList, NewRoom, RoomSummary, Uploaded } from './protocol'
import { text } from './text'

/** The server said no, or could not be asked (`unreachable`). */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message)
  }
}

export function makeRoom(room: NewRoom): Promise<RoomSummary> {
  return ask<RoomSummary>('/api/rooms', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(room),
  })
}

export function lookUpRoom(code: string): Promise<RoomSummary> {
  return ask<RoomSummary>(roomAddress(code))
}

export function listFilms(code: string, tab: string): Promise<FilmList> {
  return ask<FilmList>(`${roomAddress(code)}/films?${new URLSearchParams({ tab })}`)
}

export function scanFilms(code: string, tab: string): Promise<FilmList> {
  return ask<FilmList>(`${roomAddress(code)}/films/scan?${new URLSearchParams({ tab })}`, { method: 'POST' })
}

/** Whether an address is of this server, and not a link that somebody put on. */
export function isOurs(url: string): boolean {
  return new URL(url, location.href).origin === location.origin
}

/** What became of an address: there, gone, or not to be asked now. Other servers are not asked: they count as there. */
export async function probe(url: string): Promise<'there' | 'gone' | 'unreachable'> {
  if (!isOurs(url)) return 'there'
  try {
    const { ok } = await fetch(url, { method: 'HEAD' })
    return ok ? 'there' : 'gone'
  } catch {
    return 'unreachable'
  }
}

export function socketAddress(code: string): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${roomAddress(code)}/ws`
}

/** Sends a film's bytes. By XMLHttpRequest, the only one that tells how far an upload is. */
export function sendFilm(
  where: { code: string; tab: string },
  file: File,
  moved: (share: number) => void,
  stop: AbortSignal,
): Promise<Uploaded> {
  const query = new URLSearchParams({ tab: where.tab, name: file.name })
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `${roomAddress(where.code)}/films?${query}`)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.responseType = 'text'
    request.upload.addEventListener('progress', (event) =>
      moved(event.total > 0 ? event.loaded / event.total : 0),
    )
    request.addEventListener('load', () => {
      if (request.status < 300) resolve(JSON.parse(request.responseText) as Uploaded)
      else reject(refusalFrom(request.responseText))
    })
    request.addEventListener('error', () => reject(new Refusal('unreachable', text.upload.broken)))
    request.addEventListener('abort', () => reject(new Refusal('stopped', text.upload.stopped)))
    stop.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

function roomAddress(code: string): string {
  return `/api/rooms/${encodeURIComponent(code)}`
}

async function ask<T>(url: string, init?: RequestInit): Promise<T> {
  let response: Response
  try {
    response = await fetch(url, init)
  } catch {
    throw new Refusal('unreachable', text.unreachable)
  }
  if (!response.ok) throw refusalFrom(await response.text())
  return (await response.json()) as T
}

function refusalFrom(body: string): Refusal {
  try {
    const { error } = JSON.parse(body) as ErrorBody
    return new Refusal(error.code, error.message)
  } catch {
    return new Refusal('unknown', text.unknownTrouble)
  }
}
