/** What the tidy rules look at: the files of the repository, and small questions about them. */
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { parse } from 'smol-toml'
import { anchorOf } from './gen-docs.ts'
import { repository } from './workers.ts'

const roots = '{packages,workers,tools,sdk,tests,bench}'
const ignored = /(^|\/)(node_modules|out|dist|public)\/|\.d\.ts$|\.gen\.ts$/

export const files = (pattern: string): string[] =>
  globSync(pattern, { cwd: repository })
    .filter((path) => !ignored.test(path))
    .toSorted()

export const text = (path: string): string => readFileSync(join(repository, path), 'utf8')

/** Every file of code; generated ones are not here. */
export const code = files(`${roots}/**/*.{ts,mjs,js}`)
export const isTest = (path: string) => path.endsWith('.test.ts')
export const routes = files('{workers/*,tools/template}/src/routes/*.ts').filter(
  (path) => !isTest(path) && !path.endsWith('/index.ts'),
)

/** The codes that a route names in `...problems(…)`. */
export function declaredCodes(route: string): string[] {
  const [, list = ''] = /\.\.\.problems\(([^)]*)\)/.exec(text(route)) ?? []
  return [...list.matchAll(/'(\w+)'/g)].flatMap(([, found]) => found ?? [])
}

export type Configuration = {
  name: string
  workers_dev?: boolean
  preview_urls?: boolean
  route?: unknown
  routes?: unknown
  services?: { binding: string; service: string; entrypoint?: string; props?: object }[]
  d1_databases?: { binding: string; database_name: string }[]
  durable_objects?: { bindings: { name: string; class_name: string; script_name?: string }[] }
}

export const configurations = ['wrangler.toml', ...files('workers/*/wrangler.toml')].map(
  (path) => ({
    path,
    config: parse(text(path)) as unknown as Configuration,
  }),
)

/** Binding name -> what it means, once for each Worker that has it. */
export function bindings(): { path: string; binding: string; meaning: string }[] {
  return configurations.flatMap(({ path, config }) => [
    ...(config.services ?? []).map(({ binding, ...meaning }) => ({
      path,
      binding,
      meaning: JSON.stringify([meaning.service, meaning.entrypoint, meaning.props]),
    })),
    ...(config.d1_databases ?? []).map(({ binding, database_name: name }) => ({
      path,
      binding,
      meaning: `database ${name}`,
    })),
    ...(config.durable_objects?.bindings ?? []).map(({ name, ...meaning }) => ({
      path,
      binding: name,
      meaning: `objects of ${meaning.script_name ?? config.name} ${meaning.class_name}`,
    })),
  ])
}

/** A file that only passes on what others export. */
export function isBarrel(path: string): boolean {
  const statements = text(path)
    .replaceAll(/\/\*[^]*?\*\/|\/\/.*/g, '')
    .trim()
  const reexport = /export\s+(?:type\s+)?(?:\*|\{[^}]*\})(?:\s+as\s+\w+)?\s+from\s+'[^']+'/g
  return statements !== '' && statements.replaceAll(reexport, '').trim() === ''
}

/** Links of a Markdown file that lead nowhere in this repository. */
export function brokenLinks(path: string): string[] {
  const prose = text(path)
    .replaceAll(/^```[^]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, '')
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => link ?? [])
  return links.filter((link) => !/^[a-z]+:/.test(link) && !leadsSomewhere(path, link))
}

function leadsSomewhere(from: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? from : normalize(join(dirname(from), file))
  if (!existsSync(join(repository, target))) return false
  return anchor === undefined || anchorsOf(target).has(anchor)
}

/** Kept, for hundreds of links lead into docs/api.md. */
const anchors = new Map<string, Set<string>>()

function anchorsOf(path: string): Set<string> {
  const known = anchors.get(path)
  if (known) return known
  const headings = [...text(path).matchAll(/^#{1,6} (.*)$/gm)]
  const found = new Set(headings.map(([, heading = '']) => anchorOf(heading)))
  anchors.set(path, found)
  return found
}

/** What git says; empty where there is no history yet. */
export function git(...args: string[]): string {
  try {
    return execFileSync('git', args, {
      cwd: repository,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 64 * 1024 * 1024,
    })
  } catch {
    return ''
  }
}

/** The file as it was at a revision; undefined when it was not there. */
export function textAt(revision: string, path: string): string | undefined {
  const known = git('ls-tree', '--name-only', revision, '--', path).trim() === path
  return known ? git('show', `${revision}:${path}`) : undefined
}
