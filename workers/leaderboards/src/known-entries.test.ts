import { expect, test } from 'vitest'
import type { EntryRow } from './board-rows.ts'
import { KnownEntries } from './known-entries.ts'

const entryOf = (userId: string, metadata: string | null = null): EntryRow => ({
  userId,
  hidden: 0,
  o0: 1,
  o1: 0,
  o2: 0,
  tie: 1,
  metadata,
  attempts: 1,
  updatedAt: 0,
  reachedAt: 0,
  reason: null,
  minutes: '{}',
})

test('knows what it was told, that there is none included', () => {
  const known = new KnownEntries()
  expect(known.has('ada')).toBe(false)
  known.set('ada', entryOf('ada'))
  known.set('bob', undefined)
  expect([known.has('bob'), known.get('bob'), known.get('ada')]).toEqual([
    true,
    undefined,
    entryOf('ada'),
  ])
})

test('forgets in the end whoever is not asked for, keeps whoever is, and never holds more than its bound', () => {
  const known = new KnownEntries()
  const metadata = 'x'.repeat(2_048)
  known.set('idle', entryOf('idle'))
  known.set('busy', entryOf('busy'))
  let held = 0
  for (let index = 0; index < 10_000; index++) {
    known.set(`usr_${index}`, entryOf(`usr_${index}`, metadata))
    expect(known.get('busy')).toEqual(entryOf('busy'))
    known.makeRoom()
  }
  for (let index = 0; index < 10_000; index++) if (known.has(`usr_${index}`)) held += 1
  expect(known.has('idle')).toBe(false)
  expect(held * metadata.length).toBeLessThan(9_000_000)
  expect(known.get('usr_9999')?.metadata).toBe(metadata)
})
