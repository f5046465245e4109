/** The files of the playground's page, made anew for each request, so that an edit shows after a reload. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { repository } from '../workers.ts'

type File = { type: string; content: () => Promise<string> | string }

const folder = join(import.meta.dirname, 'page')
const fileAt = (path: string) => () => readFileSync(path, 'utf8')

export const pageFiles: Record<string, File> = {
  '/playground': { type: 'text/html', content: fileAt(join(folder, 'page.html')) },
  '/playground/page.css': { type: 'text/css', content: fileAt(join(folder, 'page.css')) },
  '/playground/page.js': { type: 'text/javascript', content: script },
  '/playground/icon.svg': {
    type: 'image/svg+xml',
    content: fileAt(join(repository, 'workers/gateway/pages/icon.svg')),
  },
}

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.ts')],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    sourcemap: 'inline',
    write: false,
    logLevel: 'silent',
  })
  return outputFiles[0]!.text
}
