// Writes every built file once more as .br and as .gz, so that the server never has to compress. What is compressed in
// itself only grows by that.
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const brotli = promisify(brotliCompress)
const gz = promisify(gzip)

const NOT_AGAIN = /\.(br|gz|png|woff2)$/

/** A Vite plugin that runs when all files of the bundle lie in its folder. */
export function precompressed(): Plugin {
  let folder = 'dist'
  return {
    name: 'matinee-precompressed',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir)
    },
    async closeBundle() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      const files = entries.filter((entry) => entry.isFile() && !NOT_AGAIN.test(entry.name))
      await Promise.all(files.map((entry) => compress(join(entry.parentPath, entry.name))))
    },
  }
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path)
  const [small, smaller] = await Promise.all([
    gz(bytes, { level: constants.Z_BEST_COMPRESSION }),
    brotli(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }),
  ])
  await Promise.all([writeFile(`${path}.gz`, small), writeFile(`${path}.br`, smaller)])
}
