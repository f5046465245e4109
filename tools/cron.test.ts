/** When a cron trigger is due. */
import { expect, test } from 'vitest'
import { isDue } from './cron.ts'

// A Saturday.
const time = new Date('2026-11-21T03:30:12Z')

test.each([
  ['* * * * *', true],
  ['30 3 * * *', true],
  ['*/15 * * * *', true],
  ['*/7 * * * *', false],
  ['0 3 * * *', false],
  ['0,30 2-4 * 11 *', true],
  ['30 3 22 * *', false],
  ['30 3 * * 7', true],
  ['30 3 * * 1', false],
  ['10/20 * * * *', true],
])('"%s" is due at half past three on a Saturday: %s', (cron, due) => {
  expect(isDue(cron, time)).toBe(due)
})

test('what is not understood is refused, not skipped', () => {
  expect(() => isDue('30 3 * *', time)).toThrow('five fields')
  expect(() => isDue('30 3 L * *', time)).toThrow('not understood')
})
