import type { UploadOptions } from 'tus-js-client'
import { afterEach, expect, it, vi } from 'vitest'
import { Uploader } from './uploader.svelte'

/** The uploads that the library was asked for. */
const made = vi.hoisted(() => [] as { options: UploadOptions; starts: number }[])

vi.mock('tus-js-client', () => ({
  Upload: class {
    starts = 0
    constructor(
      _file: File,
      readonly options: UploadOptions,
    ) {
      made.push(this)
    }
    start(): void {
      this.starts += 1
    }
    async abort(): Promise<void> {}
  },
}))

const film = new File(['film'], 'The General.mp4')

afterEach(() => {
  vi.useRealTimers()
})

it('names each upload by a word of its own, by which the server knows it again when its answer was lost', async () => {
  const uploader = new Uploader('ABCDE', () => undefined)
  for (const begun of [1, 2]) {
    uploader.add([film])
    await vi.waitFor(() => expect(made.length).toBe(begun))
  }
  const words = made.map(({ options }) => options.metadata?.once)
  expect(words.every((word) => /^[0-9a-f]{24}$/.test(word ?? ''))).toBe(true)
  expect(new Set(words).size).toBe(2)

  vi.useFakeTimers()
  made[0]?.options.onError?.(new Error('the answer was lost'))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(made.length).toBe(2)
  expect([made[0]?.starts, made[0]?.options.metadata?.once]).toEqual([2, words[0]])
  uploader.stop()
})
