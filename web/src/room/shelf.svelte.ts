// The films that a host may put on: what was sent to this room, and the server's library.
import { listFilms, Refusal, scanFilms } from '../api'
import type { FilmEntry, FilmList } from '../protocol'
import { tabName } from '../remembered'
import { text } from '../text'

/** A library folder and what lies in it; `''` is the top. */
export interface Folder {
  name: string
  films: FilmEntry[]
}

export class Shelf {
  list = $state.raw<FilmList | null>(null)
  scanning = $state(false)
  trouble = $state<string | null>(null)

  uploads = $derived(this.list?.films.filter(({ folder }) => folder === null) ?? [])
  folders = $derived(byFolder(this.list?.films ?? []))

  #code: string

  constructor(code: string) {
    this.#code = code
  }

  load(): Promise<void> {
    return this.#take(listFilms(this.#code, tabName()))
  }

  /** Has the server look into its library folder again. */
  async scan(): Promise<void> {
    this.scanning = true
    await this.#take(scanFilms(this.#code, tabName()))
    this.scanning = false
  }

  async #take(list: Promise<FilmList>): Promise<void> {
    try {
      this.list = await list
      this.trouble = null
    } catch (error) {
      this.trouble = error instanceof Refusal ? error.message : text.unknownTrouble
    }
  }
}

function byFolder(films: readonly FilmEntry[]): Folder[] {
  const folders: Folder[] = []
  for (const film of films) {
    if (film.folder === null) continue
    const folder = folders.find(({ name }) => name === film.folder)
    if (folder === undefined) folders.push({ name: film.folder, films: [film] })
    else folder.films.push(film)
  }
  return folders
}
