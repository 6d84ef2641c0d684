// How the page is built, and where the development server passes its requests on to.
import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { precompressed } from './build/precompressed.ts'

const server = `http://127.0.0.1:${process.env.MATINEE_PORT ?? 7861}`

export default defineConfig({
  plugins: [svelte(), precompressed()],
  build: {
    target: 'es2022',
    // Nothing as data: addresses, nothing inline: the content security policy allows neither.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // hls.js has 600 kB, and is fetched only by those who need it.
    chunkSizeWarningLimit: 700,
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: {
      '/api': { target: server, ws: true, xfwd: true },
      '/media': { target: server, xfwd: true },
      '/streams': { target: server, xfwd: true },
    },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
})
