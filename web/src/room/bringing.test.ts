import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Bringing } from './bringing.svelte'
import type { Session } from './session.svelte'
import type { Shelf } from './shelf.svelte'
import { Uploader } from './uploader.svelte'

vi.mock('./uploader.svelte')

const session = { code: 'ABCDE', mayAdd: true } as Session
const film = new File(['film'], 'The General.mp4')

let bringing: Bringing

beforeEach(() => {
  vi.mocked(Uploader).mockClear()
  vi.mocked(Uploader.prototype.add).mockClear()
  bringing = new Bringing(
    session,
    {} as Shelf,
    () => null,
    () => undefined,
  )
})
afterEach(() => bringing.end())

it('sends what was chosen once the uploader is there', async () => {
  choose()
  await vi.dynamicImportSettled()
  expect(Uploader.prototype.add).toHaveBeenCalledExactlyOnceWith([film])
})

it('sends nothing when the room was left before the uploader was there', async () => {
  choose()
  bringing.end()
  await vi.dynamicImportSettled()
  expect(Uploader.prototype.add).not.toHaveBeenCalled()
})

function choose(): void {
  const currentTarget = { files: [film], value: '' }
  bringing.chosen({ currentTarget } as unknown as Parameters<Bringing['chosen']>[0])
}
