import { describe, expect, test } from 'vitest'
import { type Names, nounOf, pluralOf, renamed } from './new-names.ts'
import { planRoute } from './new-route.ts'
import { withImport, withListEntry, without, withProblem } from './new-source.ts'
import { planWorker } from './new.ts'

const names: Names = {
  worker: 'arena',
  database: 'ARENA_DB',
  noun: nounOf('daily-awards'),
  verb: 'claim',
}

describe('names', () => {
  test.each([
    ['quests', 'quest'],
    ['loyalties', 'loyalty'],
    ['boxes', 'box'],
    ['matches', 'match'],
    ['inventory', 'inventory'],
    ['dead-letters', 'dead-letter'],
  ])('the singular of %s is %s', (plural, singular) => {
    expect(nounOf(plural)).toEqual({ plural, singular })
  })

  test.each([
    ['loyalty', 'loyalties'],
    ['quest', 'quests'],
    ['quests', 'quests'],
    ['box', 'boxes'],
    ['relay', 'relays'],
  ])('the first noun of the Worker %s is %s', (name, plural) => {
    expect(pluralOf(name)).toBe(plural)
  })

  test('every spelling of the template is renamed, the verb and the article too', () => {
    const text = `import { sampleThingsUse } from './sample-things.use.ts' // a sample thing of TEMPLATE_DB, TemplateEnv
      'template.sample_thing.created' SampleThing 'sample_things' '/v1/sample-things/{name}/use' 'Use a sample thing'`
    expect(renamed(text, names))
      .toBe(`import { dailyAwardsClaim } from './daily-awards.claim.ts' // a daily award of ARENA_DB, ArenaEnv
      'arena.daily_award.created' DailyAward 'daily_awards' '/v1/daily-awards/{name}/claim' 'Claim a daily award'`)
    expect(renamed('Change a sample thing', { ...names, noun: nounOf('items') })).toBe(
      'Change an item',
    )
  })
})

describe('edits of source', () => {
  const source = `import { a } from './a.ts'\nimport type { B } from './b.ts'\n\nexport const x = [a] as const\n`

  test('an import is added to the one that is there, once', () => {
    const added = withImport(source, './a.ts', ['c'])
    expect(added).toContain("import { a, c } from './a.ts'")
    expect(withImport(added, './a.ts', ['c'])).toBe(added)
  })

  test('an import of types stays one, and never becomes an import of values in silence', () => {
    expect(withImport(source, './b.ts', ['C'], true)).toContain(
      "import type { B, C } from './b.ts'",
    )
    expect(() => withImport(source, './b.ts', ['c'])).toThrow('by hand')
  })

  test('a new import comes after the last', () => {
    expect(withImport(source, './d.ts', ['d'])).toContain("'./b.ts'\nimport { d } from './d.ts'\n")
  })

  test('a list gets an entry at its end, and an absent list is an error', () => {
    expect(withListEntry(source, 'x', 'b')).toContain('[a, b] as const')
    expect(() => withListEntry(source, 'y', 'b')).toThrow('no list')
  })

  test('a catalogue gets a problem, also its first', () => {
    expect(withProblem('defineProblems({})', '  a: {},')).toBe('defineProblems({\n  a: {},\n})')
    expect(withProblem('defineProblems({\n  a: {},\n})', '  b: {},')).toBe(
      'defineProblems({\n  a: {},\n  b: {},\n})',
    )
  })

  test('what is left out goes with its import and its uses', () => {
    const text = `import { announce } from 'x'\nimport { y } from 'y'\n\nexport const z = [\n  y,\n  ...announcementOf(y),\n]\n\nexport const inline = [y, ...announcementOf(y), ...y]\n\nconst announcementOf = () => announce()\n`
    expect(without(text, /announce/)).toBe(
      "import { y } from 'y'\n\nexport const z = [\n  y,\n]\n\nexport const inline = [y, ...y]\n",
    )
  })
})

describe('what is refused, with nothing written', () => {
  test.each([
    ['', 'Usage'],
    ['Loyalty', 'will not do'],
    ['a', 'will not do'],
    ['../evil', 'will not do'],
    ['wallet', 'exists already'],
    ['template', 'reserved'],
    ['item', '/v1/items'],
    ['players', 'has a binding PLAYERS'],
  ])('npm run new -- "%s": %s', (name, message) => {
    expect(() => planWorker(name)).toThrow(message)
  })

  test.each([
    ['nobody', 'points.list', 'There is no Worker'],
    ['wallet', 'points', 'Usage'],
    ['wallet', 'Points.list', 'Usage'],
    ['wallet', 'points.list.all', 'Usage'],
    ['password', 'points.list', 'no D1 database'],
    ['wallet', 'currencies.create', 'exists already'],
    ['wallet', 'trades.update', 'a form of its own'],
    ['wallet', 'items.refund', '/v1/items'],
  ])('npm run new:route -- %s %s: %s', (worker, operation, message) => {
    expect(() => planRoute(worker, operation)).toThrow(message)
  })
})
