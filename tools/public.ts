/** Puts together what the gateway serves as files: reference, error codes, contract, verifier of rounds. Nothing is fetched. */
import { createHash } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Marked } from 'marked'

const root = join(import.meta.dirname, '..')
const target = join(root, 'workers/gateway/public')
const pages = join(root, 'workers/gateway/pages')
const swagger = join(root, 'node_modules/swagger-ui-dist')

type Paths = Record<string, Record<string, { operationId?: string; tags?: string[] }>>

/** Where the reference shows each operation, by its name. */
function operationLinks(): Map<string, string> {
  const contract = readFileSync(join(root, 'contracts/openapi.json'), 'utf8')
  const { paths } = JSON.parse(contract) as { paths: Paths }
  const operations = Object.values(paths).flatMap((path) => Object.values(path))
  return new Map(
    operations.map(({ operationId = '', tags = [] }) => [
      operationId,
      `/docs#/${tags[0]}/${operationId}`,
    ]),
  )
}

/** Headings carry the id that links in Markdown expect; links to docs/api.md lead to the same operation in the reference. */
function errorsPage(markdown: string): string {
  // Once: the contract is large, and the page links to it hundreds of times.
  const operations = operationLinks()
  const page = new Marked({
    renderer: {
      heading({ depth, text, tokens }) {
        const id = text.toLowerCase().replace(/[^\w]+/g, '-')
        return `<h${depth} id="${id}">${this.parser.parseInline(tokens)}</h${depth}>\n`
      },
      link({ href, tokens }) {
        const text = this.parser.parseInline(tokens)
        const name = text.replace(/<[^>]+>/g, '')
        const target = href.startsWith('api.md#') ? operations.get(name) : href
        return `<a href="${target ?? '/docs'}">${text}</a>`
      },
    },
  })
  return page.parse(markdown, { async: false })
}

/** The verifier of rounds as one file that needs no other: it works when it is saved, and may fetch nothing. */
function fairPage(): string {
  const page = (name: string) => readFileSync(join(pages, name), 'utf8')
  const verifier = readFileSync(join(root, 'tools/fair-verify.mjs'), 'utf8').replace(/^#!.*\n/, '')
  const script = `${verifier}\n${page('fair-page.js')}`
  const hash = createHash('sha256').update(script).digest('base64')
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:`
  const icon = `data:image/svg+xml;base64,${Buffer.from(page('icon.svg')).toString('base64')}`
  return page('fair.html')
    .replaceAll('<!-- icon -->', icon)
    .replace('<!-- policy -->', `<meta http-equiv="content-security-policy" content="${policy}" />`)
    .replace(/\/\* style \*\//, () => page('fair.css'))
    .replace(/\s*\/\* module \*\/\s*(?=<\/script>)/, () => script)
}

/** Writes `workers/gateway/public`, which the `[assets]` of the root wrangler.toml names. */
export function buildPublic(): void {
  mkdirSync(join(target, 'docs'), { recursive: true })
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    copyFileSync(join(swagger, file), join(target, 'docs', file))
  }
  for (const file of ['reference.js', 'page.css', 'icon.svg']) {
    copyFileSync(join(pages, file), join(target, 'docs', file))
  }
  copyFileSync(join(pages, 'docs.html'), join(target, 'docs.html'))
  copyFileSync(join(root, 'contracts/openapi.json'), join(target, 'openapi.json'))
  writeFileSync(join(target, 'fair.html'), fairPage())
  const layout = readFileSync(join(pages, 'errors.html'), 'utf8')
  const content = errorsPage(readFileSync(join(root, 'docs/errors.md'), 'utf8'))
  writeFileSync(
    join(target, 'errors.html'),
    layout.replace('<!-- content -->', () => content),
  )
}

if (import.meta.main) buildPublic()
