/** Careful edits of source text: whole paragraphs, imports, lists. Each throws when the text is not of the expected form. */

/** Top-level pieces, as blank lines separate them. */
export const paragraphs = (source: string) => source.trimEnd().split(/\n\n(?=\S)/)

/** The source without the paragraphs and import lines that mention `words`, nor what spreads them into a list. */
export function without(source: string, words: RegExp): string {
  const kept = paragraphs(source)
    .map((paragraph) => (isHead(paragraph) ? withoutImports(paragraph, words) : paragraph))
    .filter((paragraph) => isHead(paragraph) || !declares(paragraph, words))
    .map((paragraph) => withoutSpreads(paragraph, words))
  return `${kept.join('\n\n')}\n`
}

const isHead = (paragraph: string) => /^import /m.test(paragraph)

const declares = (paragraph: string, words: RegExp) =>
  words.test(
    /^(?:\/\*\*[^]*?\*\/\n)?(?:export )?(?:const|function|type) (\w+)/.exec(paragraph)?.[1] ?? '',
  )

const withoutImports = (paragraph: string, words: RegExp) =>
  paragraph
    .replaceAll(/^import [^]*? from '[^']+'\n?/gm, (line) => (words.test(line) ? '' : line))
    .trimEnd()

const withoutSpreads = (paragraph: string, words: RegExp) =>
  paragraph.replaceAll(new RegExp(`\\s*\\.{3}\\w*(?:${words.source})\\w*\\([^()]*\\),?`, 'g'), '')

/** The paragraphs that declare an exported name that `pattern` matches, by name. */
export function declarations(source: string, pattern: RegExp): Map<string, string> {
  const found = new Map<string, string>()
  for (const paragraph of paragraphs(source)) {
    const [, name] = /^(?:\/\*\*[^]*?\*\/\n)?export const (\w+)/.exec(paragraph) ?? []
    if (name !== undefined && pattern.test(name)) found.set(name, paragraph)
  }
  return found
}

export const isDeclared = (source: string, name: string) =>
  new RegExp(`^export (const|function|type) ${name}\\b`, 'm').test(source)

/** Adds named imports: to the import of that module, or as a new one after the last. */
export function withImport(
  source: string,
  from: string,
  names: string[],
  onlyTypes = false,
): string {
  const pattern = new RegExp(
    `^import (type )?\\{([^}]*)\\} from '${from.replaceAll('.', '\\.')}'`,
    'm',
  )
  const match = pattern.exec(source)
  if (!match)
    return insertAfterImports(
      source,
      `import ${onlyTypes ? 'type ' : ''}{ ${names.join(', ')} } from '${from}'`,
    )
  const [whole, typeOnly = '', list = ''] = match
  const present = list
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean)
  const bare = new Set(present.map((name) => name.replace(/^type /, '')))
  const missing = names.filter((name) => !bare.has(name))
  if (missing.length === 0) return source
  if (typeOnly && !onlyTypes)
    throw new Error(`"${whole}" imports types only: add ${missing.join(', ')} by hand.`)
  const added = missing.map((name) => (onlyTypes && !typeOnly ? `type ${name}` : name))
  return source.replace(
    whole,
    `import ${typeOnly}{ ${[...present, ...added].join(', ')} } from '${from}'`,
  )
}

function insertAfterImports(source: string, line: string): string {
  const last = [...source.matchAll(/^import [^]*? from '[^']+'$/gm)].at(-1)
  if (!last) throw new Error(`There is no import after which to put:\n${line}`)
  const end = last.index + last[0].length
  return `${source.slice(0, end)}\n${line}${source.slice(end)}`
}

/** Adds an entry at the end of `export const <name> = [ … ] as const`. */
export function withListEntry(source: string, name: string, entry: string): string {
  const pattern = new RegExp(`(export const ${name} = \\[)([^\\]]*?),?\\s*(\\] as const)`)
  if (!pattern.test(source))
    throw new Error(`There is no list "export const ${name} = [ … ] as const".`)
  return source.replace(pattern, (_, open: string, list: string, close: string) =>
    list.trim() === '' ? `${open}${entry}${close}` : `${open}${list}, ${entry}${close}`,
  )
}

/** Adds an entry at the end of the object given to `defineProblems`. */
export function withProblem(source: string, entry: string): string {
  const pattern = /defineProblems\(\{([^]*?)\n?\}\)/
  if (!pattern.test(source)) throw new Error('There is no "defineProblems({ … })" in problems.ts.')
  return source.replace(pattern, (_, body: string) => `defineProblems({${body}\n${entry}\n})`)
}
