// The colours of the app's frame are those of the page: a manifest and a `meta` element cannot use tokens.
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const [, light, dark] = /--bg: light-dark\((#\w+), (#\w+)\)/.exec(read('src/style/tokens.css')) ?? []

it('frames the page in its own colour, in the light and in the dark', () => {
  const metas = [...read('index.html').matchAll(/theme-color" content="(#\w+)" media="\(.*?: (\w+)\)"/g)]
  expect(Object.fromEntries(metas.map(([, colour, scheme]) => [scheme, colour]))).toEqual({ light, dark })
})

it('opens on the colour of the house', () => {
  const manifest = JSON.parse(read('public/manifest.webmanifest')) as Record<string, unknown>
  expect([manifest['background_color'], manifest['theme_color']]).toEqual([dark, dark])
})
