// The server's HTTP side: rooms, films and what belongs to them, and the ends of uploads. A refusal is thrown as a `Refusal`, whose message is for people.
import type {
  ErrorBody,
  FilmExtras,
  FilmList,
  NewRoom,
  NewSpot,
  RoomSummary,
  Spot,
  Subtitles,
} from './protocol'
import { text, told } from './text'

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

/** Subtitles, pictures and chapters of a film, by the address that the room tells. */
export function getExtras(url: string): Promise<FilmExtras> {
  return ask<FilmExtras>(url)
}

/** Adds a file of subtitles to a film, for everybody in the room to choose. */
export function addSubtitles(code: string, film: string, tab: string, file: File): Promise<Subtitles> {
  const query = new URLSearchParams({ tab, name: file.name })
  const address = `${roomAddress(code)}/films/${encodeURIComponent(film)}/subtitles?${query}`
  return ask<Subtitles>(address, { method: 'POST', body: file })
}

export function removeSubtitles(code: string, id: string, tab: string): Promise<void> {
  const query = new URLSearchParams({ tab })
  return remove(`${roomAddress(code)}/subtitles/${encodeURIComponent(id)}?${query}`)
}

/** Whether an address is of this server, and not a link that somebody put on. */
export function isOurs(url: string): boolean {
  return new URL(url, location.href).origin === location.origin
}

/** What is at an address: a film perhaps, nothing any more, something for others only, or who knows what. */
export type Found = 'there' | 'gone' | 'forbidden' | 'hidden' | 'unreachable'

/** Looks what is at an address. Of other sites a page learns more only where they allow it: the rest is `hidden`. */
export async function probe(url: string): Promise<Found> {
  const ours = isOurs(url)
  // Not every site answers HEAD.
  const answer = await look(url, ours ? { method: 'HEAD' } : { mode: 'cors', credentials: 'omit' })
  if (answer !== null) {
    if (answer.ok) return 'there'
    if (ours || answer.status === 404 || answer.status === 410) return 'gone'
    return answer.status === 401 || answer.status === 403 ? 'forbidden' : 'unreachable'
  }
  if (ours) return 'unreachable'
  return (await look(url, { mode: 'no-cors', credentials: 'omit' })) === null ? 'unreachable' : 'hidden'
}

/** The head of an answer, if one comes; the body is not waited for. */
async function look(url: string, init: RequestInit): Promise<Response | null> {
  const enough = new AbortController()
  try {
    return await fetch(url, { ...init, signal: enough.signal })
  } catch {
    return null
  } finally {
    enough.abort()
  }
}

/** Where this browser wants to go on in a film; null if nowhere, or if that cannot be found out. */
export async function lookUpSpot(code: string, film: string): Promise<number | null> {
  try {
    return (await ask<Spot>(spotAddress(code, film))).position_ms
  } catch {
    return null
  }
}

/** Tells where this browser is in a film. The request outlives the page; one that fails is followed by others. */
export function tellSpot(code: string, film: string, positionMs: number, durationMs: number | null): void {
  const spot: NewSpot = {
    position_ms: Math.round(positionMs),
    duration_ms: durationMs === null ? null : Math.round(durationMs),
  }
  const headers = { 'content-type': 'application/json' }
  const request = { method: 'PUT', headers, body: JSON.stringify(spot), keepalive: true }
  void fetch(spotAddress(code, film), request).catch(() => {})
}

function spotAddress(code: string, film: string): string {
  return `${roomAddress(code)}/films/${encodeURIComponent(film)}/spot`
}

export function socketAddress(code: string): string {
  return `${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}${roomAddress(code)}/ws`
}

/** Where uploads to a room begin, by the tus protocol. */
export function uploadsAddress(code: string, tab: string): string {
  return `${roomAddress(code)}/uploads?${new URLSearchParams({ tab })}`
}

/** Ends an upload, wherever it stands, and removes what came of it. */
export function removeUpload(url: string): Promise<void> {
  return remove(url, { 'tus-resumable': '1.0.0' })
}

async function remove(url: string, headers: Record<string, string> = {}): Promise<void> {
  let response: Response
  try {
    response = await fetch(url, { method: 'DELETE', headers })
  } catch {
    throw new Refusal('unreachable', text.unreachable)
  }
  // Whoever was faster has done the same.
  if (!response.ok && response.status !== 404) throw refusalFrom(await response.text())
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

/** What an answer's body says of a refusal. */
export function refusalFrom(body: string): Refusal {
  try {
    const { error } = JSON.parse(body) as ErrorBody
    return new Refusal(error.code, told(error))
  } catch {
    return new Refusal('unknown', text.unknownTrouble)
  }
}
