/** Whether a name is free: of a Worker, a noun, a scope. What is taken is read from the repository itself. */
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { camel, capital, type Noun } from './new-names.ts'
import { isDeclared, withListEntry } from './new-source.ts'

/** What stands in the way of a Worker with this name; undefined when nothing does. */
export function isTakenService(root: string, name: string): string | undefined {
  const binding = name.toUpperCase()
  for (const path of ['wrangler.toml', ...globSync('workers/*/wrangler.toml', { cwd: root })]) {
    const text = readFileSync(join(root, path), 'utf8')
    if (text.includes(`"coinop-${name}"`)) return `${path} names a service coinop-${name}.`
    const bindings = [...text.matchAll(/^(?:binding|name) = "(\w+)"/gm)].map(([, found]) => found)
    if (bindings.includes(binding) || bindings.includes(`${binding}_DB`)) {
      return `${path} has a binding ${binding} or ${binding}_DB.`
    }
  }
  return undefined
}

/** Throws when another Worker answers `/v1/<nouns>` or publishes a schema of the noun's name. */
export function assertFreeNoun(root: string, worker: string, { plural, singular }: Noun): void {
  for (const path of globSync('workers/*/src/routes/*.ts', { cwd: root })) {
    if (path.startsWith(`workers/${worker}/`) || path.endsWith('.test.ts')) continue
    if (new RegExp(`path: '/v1/${plural}['/]`).test(readFileSync(join(root, path), 'utf8'))) {
      throw new Error(`${path} answers /v1/${plural}. Choose another name.`)
    }
  }
  const noun = capital(camel(singular))
  for (const path of globSync('workers/*/src/model.ts', { cwd: root })) {
    if (path.startsWith(`workers/${worker}/`)) continue
    const text = readFileSync(join(root, path), 'utf8')
    if (isDeclared(text, noun) || text.includes(`.openapi('${noun}')`)) {
      throw new Error(
        `${path} has a ${noun}, and a name means one thing in the contract. Choose another name.`,
      )
    }
  }
}

/** Adds a scope to the list in access.ts. */
export const withScope = (access: string, scope: string) =>
  access.includes(`'${scope}'`) ? access : withListEntry(access, 'scopes', `'${scope}'`)
