/** House rules that a linter cannot see. A failure lists the files, and its name says what to do. */
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { generateSQLiteDrizzleJson, generateSQLiteMigration } from 'drizzle-kit/api'
import { describe, expect, test } from 'vitest'
import {
  bindings,
  brokenLinks,
  code,
  configurations,
  declaredCodes,
  files,
  git,
  isBarrel,
  isTest,
  routes,
  text,
  textAt,
} from './tidy-sources.ts'
import { repository } from './workers.ts'

/** What runs in a Worker or at a customer's, in contrast to tools and tests. */
const isShipped = (path: string) => /^(packages|workers|sdk|tools\/template)\//.test(path)

/** Paths with what is wrong with each; a rule holds when none is left. */
const wrong = (paths: string[], check: (path: string) => string | false) =>
  paths.flatMap((path) => {
    const complaint = check(path)
    return complaint ? [`${path}: ${complaint}`] : []
  })

test('the rules look at something', () => {
  expect(code.length).toBeGreaterThan(100)
  expect(routes.length).toBeGreaterThan(10)
  expect(configurations.length).toBeGreaterThan(5)
})

describe('routes', () => {
  test('each has a test beside it that provokes every problem the route declares', () => {
    const unproven = wrong(routes, (path) => {
      const beside = path.replace(/\.ts$/, '.test.ts')
      if (!existsSync(join(repository, beside))) return 'has no test beside it'
      const tests = text(beside)
      const missing = declaredCodes(path).filter((declared) => !tests.includes(declared))
      return missing.length > 0 && `its test never provokes ${missing.join(', ')}`
    })
    expect(unproven).toEqual([])
  })

  test('each is named after its operation', () => {
    const unnamed = wrong(routes, (path) => {
      const operation = basename(path, '.ts')
      return (
        !text(path).includes(`operationId: '${operation}'`) && `is not the operation ${operation}`
      )
    })
    expect(unnamed).toEqual([])
  })

  test('each is in the table of contents, which plain Node can import', () => {
    const absent = wrong(routes, (path) => {
      const contents = text(path.replace(/[^/]+$/, 'index.ts'))
      if (/from 'cloudflare:/.test(text(path).replaceAll(/^import type .*$/gm, ''))) {
        return 'imports the runtime'
      }
      return !contents.includes(`'./${basename(path)}'`) && 'is not in routes/index.ts'
    })
    expect(absent).toEqual([])
  })
})

describe('configurations', () => {
  const privates = configurations.slice(1)

  test('only the gateway has a public address', () => {
    const open = privates.filter(({ config }) => {
      const { workers_dev: subdomain, preview_urls: previews, route, routes: all } = config
      return subdomain !== false || previews !== false || route !== undefined || all !== undefined
    })
    expect(open.map(({ path }) => path)).toEqual([])
  })

  test('a binding means the same wherever it stands: the local database is named after it', () => {
    const meanings = Map.groupBy(bindings(), ({ binding }) => binding)
    const ambiguous = [...meanings].filter(
      ([, uses]) => new Set(uses.map(({ meaning }) => meaning)).size > 1,
    )
    expect(ambiguous).toEqual([])
  })

  test('a class of objects is there once', () => {
    const classes = configurations.flatMap(
      ({ config }) => config.durable_objects?.bindings.map((each) => each.class_name) ?? [],
    )
    expect(classes).toEqual([...new Set(classes)])
  })
})

describe('code', () => {
  test('nothing is named after what it is not: no utils, helpers, common', () => {
    expect(
      code.filter((path) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.|-)/.test(path)),
    ).toEqual([])
  })

  test('no barrels: a name is imported from where it is made', () => {
    // It stands for a package, which is one.
    const ofZod = 'packages/shared/src/zod-names.mjs'
    expect(code.filter((path) => path !== ofZod && isBarrel(path))).toEqual([])
  })

  const banned: [string, RegExp, (path: string) => boolean][] = [
    ['Math.random: use crypto', /\bMath\.random\b/, () => true],
    [
      'Date.now: use now() of @coinop/shared/clock',
      /\bDate\.now\b/,
      (path) => isShipped(path) && path !== 'packages/shared/src/clock.ts',
    ],
    ['an unfinished thought: finish it, or open an issue', /\b(TODO|FIXME|XXX)\b/, () => true],
    [
      'object or entrypoint that cannot say what it cost: CountedObject, CountedEntrypoint',
      /\bextends (DurableObject|WorkerEntrypoint)\b/,
      (path) => isShipped(path) && !path.startsWith('packages/shared/src/counted-'),
    ],
    ['z.core and z.locales: no bundle has them', /\bz\.(core|locales)\b/, isShipped],
    [
      'console.log: use the log of @coinop/shared',
      /\bconsole\.log\b/,
      (path) => isShipped(path) && path !== 'packages/shared/src/log.ts',
    ],
  ]
  test.each(banned)('no %s', (_, pattern, applies) => {
    const sources = code.filter((path) => !isTest(path) && path !== 'tools/tidy-sources.ts')
    expect(sources.filter((path) => applies(path) && pattern.test(text(path)))).toEqual([])
  })

  test('a file is at most 300 lines, a test at most 500', () => {
    const long = wrong(code, (path) => {
      const lines = text(path).split('\n').length - 1
      return lines > (isTest(path) ? 500 : 300) && `${lines} lines`
    })
    expect(long).toEqual([])
  })

  test('a file opens with one sentence that says what it is for', () => {
    const sources = code.filter((path) => /(?<!\.test|\/env)\.(ts|mjs)$/.test(path))
    const silent = sources.filter((path) => !/^(#!.*\n)?\/\*\*/.test(text(path)))
    expect(silent).toEqual([])
  })
})

describe('packages', () => {
  const manifests = [
    'package.json',
    ...files('{packages,workers,sdk}/*/package.json'),
    ...files('{tools,tools/template,dashboard,bench}/package.json'),
  ]

  test('every version is exact', () => {
    const loose = wrong(manifests, (path) => {
      const { dependencies, devDependencies } = JSON.parse(text(path)) as Record<string, object>
      const ranges = Object.entries({ ...dependencies, ...devDependencies }).filter(
        ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(String(version)),
      )
      return ranges.length > 0 && ranges.map(([name]) => name).join(', ')
    })
    expect(loose).toEqual([])
  })

  test('the lock file names no registry: it works behind any mirror', () => {
    expect(text('package-lock.json')).not.toMatch(/"resolved": "http/)
  })
})

describe('migrations', () => {
  const folders = files('{migrations/*,tools/template/migrations}/meta/_journal.json').map((path) =>
    path.replace('/meta/_journal.json', ''),
  )

  test.each(folders)('%s has everything that schema.ts has', async (folder) => {
    const owner = folder.startsWith('tools/')
      ? 'tools/template'
      : folder.replace('migrations', 'workers')
    const snapshot = files(`${folder}/meta/*_snapshot.json`).at(-1) ?? ''
    const before = JSON.parse(text(snapshot)) as Parameters<typeof generateSQLiteMigration>[0]
    const schema = (await import(join(repository, owner, 'src/schema.ts'))) as Record<
      string,
      unknown
    >
    const after = await generateSQLiteDrizzleJson(schema, before.id)
    const missing = await generateSQLiteMigration(before, after)
    expect(missing, 'run "npm run gen:migration -- <worker> <name>"').toEqual([])
  })

  test('one that is released is never changed: write the next one', () => {
    // Before the first release the first migration may still be made anew.
    if (!/^## \[?\d+\.\d+\.\d+/m.test(readChangelog())) return
    const [release = 'HEAD'] = git('tag', '--list', 'v*', '--sort=-v:refname', '--merged')
      .split('\n')
      .filter(Boolean)
    const changed = files('migrations/*/*.sql').filter((path) => {
      const before = textAt(release, path) ?? textAt('HEAD', path)
      return before !== undefined && before !== text(path)
    })
    expect(changed).toEqual([])
  })
})

const readChangelog = () => {
  const path = join(repository, 'CHANGELOG.md')
  return existsSync(path) ? readFileSync(path, 'utf8') : ''
}

describe('documents', () => {
  const pages = files(
    '{*,docs/**/*,{workers,packages,sdk}/*/*,{tests,bench,tools,tools/template}/*}.md',
  )

  test('links between documents lead somewhere', () => {
    expect(wrong(pages, (path) => brokenLinks(path).join(', '))).toEqual([])
  }, 60_000)

  test('each Worker has a README with its five headings, in at most 60 lines', () => {
    const headings = ['Owns', 'Invariants', 'Operations', 'Events', 'Tables']
    const owners = [
      'tools/template',
      ...files('workers/*/src/index.ts').map((path) => path.replace('/src/index.ts', '')),
    ]
    const unfit = wrong(owners, (folder) => {
      if (!existsSync(join(repository, folder, 'README.md'))) return 'has no README.md'
      const page = text(`${folder}/README.md`)
      const found = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)
      if (found.join() !== headings.join()) return `its headings are ${found.join(', ')}`
      const lines = page.split('\n').length - 1
      return lines > 60 && `${lines} lines`
    })
    expect(unfit).toEqual([])
  })

  test('the README is at most 150 lines', () => {
    expect(text('README.md').split('\n').length - 1).toBeLessThanOrEqual(150)
  })
})
