import { eventCharactersMax, EventEnvelope } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { describe, expect, test } from 'vitest'
import { isPlainlyGood } from './plain-events.ts'

const good = (): EventEnvelope => ({
  id: newId('evt'),
  type: 'leaderboards.score.updated',
  subject: 'usr_1',
  at: '2026-11-29T12:00:00.000Z',
  data: { boardId: 'brd_1', score: -1.5, previousScore: null, applied: true },
})

describe('an event that is taken without asking the schema', () => {
  test('is an ordinary one, and without any data', () => {
    expect(isPlainlyGood(good())).toBe(true)
    expect(isPlainlyGood({ ...good(), data: {} })).toBe(true)
  })

  const wrong: [string, object][] = [
    ['another id', { id: 'evt_wrong' }],
    ['a number as id', { id: 5 }],
    ['an id with a line behind it', { id: `${newId('evt')}\n` }],
    ['an endless id', { id: `${newId('evt')}${'0'.repeat(100_000)}` }],
    ['another type', { type: 'Score' }],
    ['no subject', { subject: '' }],
    ['a long subject', { subject: 'x'.repeat(129) }],
    ['a subject that is none', { subject: null }],
    ['a day that is none', { at: '2026-02-30T12:00:00.000Z' }],
    ['a time without a zone', { at: '2026-11-29T12:00:00' }],
    ['a field more', { more: 1 }],
    ['a field that is not there', { at: undefined }],
    ['no data', { data: null }],
    ['a list as data', { data: [1] }],
    ['deep data', { data: { deep: {} } }],
    ['a list in the data', { data: { list: [1] } }],
    ['a number that is none', { data: { score: Number.NaN } }],
    ['an endless number', { data: { score: Infinity } }],
    ['a value that is none', { data: { score: undefined } }],
    ['a large number', { data: { score: 5n } }],
    ['a date', { data: { at: new Date(0) } }],
  ]

  test.each(wrong)('never has %s', (_, change) => {
    const event = { ...good(), ...change }
    expect([isPlainlyGood(event), EventEnvelope.safeParse(event).success]).toEqual([false, false])
  })

  test('is never longer than an event may be, whatever has to be escaped', () => {
    for (const text of ['x', '\u0000', '"', '\ud800', '😀']) {
      for (let length = 1; length < 80_000; length *= 1.3) {
        const event = {
          ...good(),
          data: { text: text.repeat(length), [text.repeat(length / 7)]: 1 },
        }
        const fits = JSON.stringify(event).length <= eventCharactersMax
        if (isPlainlyGood(event)) expect(fits).toBe(true)
      }
    }
    const many = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, index) => [`k${index}`, 1.5e-300]),
    )
    expect(isPlainlyGood({ ...good(), data: many })).toBe(false)
  })
})
