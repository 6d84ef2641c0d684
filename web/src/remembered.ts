// What this browser remembers: the name, the language, the last rooms, volume, sound and subtitles, the film's width, uploads
// under way; and what this tab is called. Where a browser forbids storage, the page remembers for as long as it is open.
import type { Wish } from './film/choice'

export interface RecentRoom {
  code: string
  name: string
}

/** An upload that this browser began, and the file that it sends: browsers forget which file that was. */
export interface RememberedUpload {
  code: string
  url: string
  name: string
  size: number
  modified: number
}

type Lasting = 'localStorage' | 'sessionStorage'

const RECENT_MAX = 3
/** As many as a room lists. */
const UPLOADS_MAX = 32
const DELAYS_MAX = 64

export function rememberedName(): string {
  return read('localStorage', 'matinee.name') ?? ''
}

export function rememberName(name: string): void {
  write('localStorage', 'matinee.name', name)
}

/** The language that was chosen, if one was. */
export function rememberedLanguage(): string | null {
  return read('localStorage', 'matinee.language')
}

export function rememberLanguage(language: string): void {
  write('localStorage', 'matinee.language', language)
}

export function recentRooms(): RecentRoom[] {
  try {
    const rooms: unknown = JSON.parse(read('localStorage', 'matinee.rooms') ?? '[]')
    return Array.isArray(rooms) ? rooms.filter(isRecentRoom).slice(0, RECENT_MAX) : []
  } catch {
    return []
  }
}

export function rememberRoom(room: RecentRoom): void {
  const others = recentRooms().filter(({ code }) => code !== room.code)
  write('localStorage', 'matinee.rooms', JSON.stringify([room, ...others].slice(0, RECENT_MAX)))
}

export function forgetRoom(gone: string): void {
  write('localStorage', 'matinee.rooms', JSON.stringify(recentRooms().filter(({ code }) => code !== gone)))
}

export function rememberedVolume(): { volume: number; muted: boolean } {
  const [volume, muted] = (read('localStorage', 'matinee.volume') ?? '1').split(' ')
  const share = Number(volume)
  return { volume: share >= 0 && share <= 1 ? share : 1, muted: muted === 'muted' }
}

export function rememberVolume(volume: number, muted: boolean): void {
  write('localStorage', 'matinee.volume', muted ? `${volume} muted` : String(volume))
}

/** Whether the film was given the whole width. */
export function rememberedWide(): boolean {
  return read('localStorage', 'matinee.wide') === 'wide'
}

export function rememberWide(wide: boolean): void {
  write('localStorage', 'matinee.wide', wide ? 'wide' : '')
}

export function rememberedUploads(): RememberedUpload[] {
  try {
    const uploads: unknown = JSON.parse(read('localStorage', 'matinee.uploads') ?? '[]')
    return Array.isArray(uploads) ? uploads.filter(isRememberedUpload) : []
  } catch {
    return []
  }
}

export function hasRememberedUploads(code: string): boolean {
  return rememberedUploads().some((upload) => upload.code === code)
}

export function rememberUpload(upload: RememberedUpload): void {
  const others = rememberedUploads().filter(({ url }) => url !== upload.url)
  write('localStorage', 'matinee.uploads', JSON.stringify([upload, ...others].slice(0, UPLOADS_MAX)))
}

export function forgetUpload(gone: string): void {
  write(
    'localStorage',
    'matinee.uploads',
    JSON.stringify(rememberedUploads().filter(({ url }) => url !== gone)),
  )
}

/** The sound track that was chosen last, by what it is called. */
export function rememberedSound(): { language: string; name: string } | null {
  const sound = read('localStorage', 'matinee.sound')
  if (sound === null) return null
  const [language = '', ...name] = sound.split(' ')
  return { language, name: name.join(' ') }
}

export function rememberSound(language: string | null, name: string): void {
  write('localStorage', 'matinee.sound', `${language ?? ''} ${name}`)
}

/** Which subtitles were chosen last; null before the first choice. */
export function rememberedSubtitles(): Wish | null {
  const wish = readJson('matinee.subtitles')
  return isWish(wish) ? wish : null
}

export function rememberSubtitles(wish: Wish): void {
  write('localStorage', 'matinee.subtitles', JSON.stringify(wish))
}

/** How large subtitles are, by a name of the page's choice. */
export function rememberedSubtitleSize(): string | null {
  return read('localStorage', 'matinee.subtitles.size')
}

export function rememberSubtitleSize(size: string): void {
  write('localStorage', 'matinee.subtitles.size', size)
}

/** How much later than written subtitles come with this film. */
export function rememberedDelay(film: string): number {
  return delays().find(([id]) => id === film)?.[1] ?? 0
}

export function rememberDelay(film: string, ms: number): void {
  const others = delays().filter(([id]) => id !== film)
  const all = ms === 0 ? others : [[film, ms], ...others]
  write('localStorage', 'matinee.subtitles.delays', JSON.stringify(all.slice(0, DELAYS_MAX)))
}

/** Films and delays, the newest first. */
function delays(): [string, number][] {
  const all = readJson('matinee.subtitles.delays')
  return Array.isArray(all) ? all.filter(isDelay) : []
}

/** Where somebody is who watches on their own. */
export interface OwnPlace {
  position_ms: number
  paused: boolean
  rate: number
}

/** Where this tab was in a film of its own before it was loaded again. */
export function ownPlace(film: string): OwnPlace | null {
  try {
    const place: unknown = JSON.parse(read('sessionStorage', 'matinee.own') ?? 'null')
    if (!isOwnPlace(place) || place.film !== film) return null
    const { position_ms, paused, rate } = place
    return { position_ms, paused, rate }
  } catch {
    return null
  }
}

export function rememberOwnPlace(film: string, { position_ms, paused, rate }: OwnPlace): void {
  write('sessionStorage', 'matinee.own', JSON.stringify({ film, position_ms, paused, rate }))
}

export function forgetOwnPlace(): void {
  write('sessionStorage', 'matinee.own', 'null')
}

/** What could not be stored. */
const unstored = new Map<string, string>()

let tab: string | null = null

/** What tells this tab from the same person's others; lasts as long as the tab. */
export function tabName(): string {
  tab ??= read('sessionStorage', 'matinee.tab')
  return tab ?? newTabName()
}

/** Another name for this tab: a duplicated tab has a copy of the first one's. */
export function newTabName(): string {
  tab = randomName()
  write('sessionStorage', 'matinee.tab', tab)
  return tab
}

/** A name that nothing else has. */
export function randomName(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function isWish(wish: unknown): wish is Wish {
  if (typeof wish !== 'object' || wish === null || !('on' in wish) || !('like' in wish)) return false
  if (typeof wish.on !== 'boolean' || typeof wish.like !== 'object') return false
  if (wish.like === null) return true
  const { language, label, forced, for_deaf } = wish.like as Record<string, unknown>
  const words = [language, label].every((word) => word === null || typeof word === 'string')
  return words && typeof forced === 'boolean' && typeof for_deaf === 'boolean'
}

function isDelay(delay: unknown): delay is [string, number] {
  return Array.isArray(delay) && typeof delay[0] === 'string' && typeof delay[1] === 'number'
}

function isRecentRoom(room: unknown): room is RecentRoom {
  return (
    typeof room === 'object' &&
    room !== null &&
    'code' in room &&
    'name' in room &&
    typeof room.code === 'string' &&
    typeof room.name === 'string'
  )
}

function isRememberedUpload(upload: unknown): upload is RememberedUpload {
  if (typeof upload !== 'object' || upload === null) return false
  const { code, url, name, size, modified } = upload as Record<string, unknown>
  const texts = [code, url, name].every((text) => typeof text === 'string')
  return texts && typeof size === 'number' && typeof modified === 'number'
}

function isOwnPlace(place: unknown): place is OwnPlace & { film: string } {
  if (typeof place !== 'object' || place === null) return false
  const { film, position_ms, paused, rate } = place as Record<string, unknown>
  const numbers = typeof position_ms === 'number' && typeof rate === 'number'
  return numbers && typeof film === 'string' && typeof paused === 'boolean'
}

function read(storage: Lasting, key: string): string | null {
  try {
    return window[storage].getItem(key)
  } catch {
    return unstored.get(key) ?? null
  }
}

/** What was written as JSON; null where there is nothing, or something else. */
function readJson(key: string): unknown {
  try {
    return JSON.parse(read('localStorage', key) ?? 'null')
  } catch {
    return null
  }
}

function write(storage: Lasting, key: string, value: string): void {
  try {
    window[storage].setItem(key, value)
  } catch {
    unstored.set(key, value)
  }
}
