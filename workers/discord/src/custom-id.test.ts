import { describe, expect, test } from 'vitest'
import { long, readCustomId, short, writeCustomId } from './custom-id.ts'

const scope = { secret: 'secret', applicationId: '1300000000000000001', projectId: 'prj_1' }
const ownerId = '1300000000000000002'
const press = { command: 'pay', action: 'send', ownerId, args: ['a', '12'] }
const id = writeCustomId(scope, press)

describe('custom ids', () => {
  test('say what they were made of, to their owner', () => {
    expect(readCustomId(scope, id, ownerId)).toEqual({ ok: true, value: press })
  })

  test('of somebody else are refused', () => {
    const answer = readCustomId(scope, id, '1300000000000000003')
    expect(answer).toEqual({ ok: false, code: 'button_of_another' })
  })

  test.each([
    { ...scope, secret: 'another' },
    { ...scope, applicationId: '1300000000000000009' },
    { ...scope, projectId: 'prj_2' },
  ])('of another application, project or secret are refused', (other) => {
    expect(readCustomId(other, id, ownerId)).toEqual({ ok: false, code: 'button_unknown' })
  })

  test('with any character changed, added or left out are refused', () => {
    for (let at = 0; at < id.length; at++) {
      const changed = id[at] === 'x' ? 'y' : 'x'
      for (const middle of ['', changed, `${id[at]}x`]) {
        const forged = id.slice(0, at) + middle + id.slice(at + 1)
        if (forged !== id) expect(readCustomId(scope, forged, ownerId).ok, forged).toBe(false)
      }
    }
    for (const forged of ['', '~', '~~', 'x', 'pay.send']) {
      expect(readCustomId(scope, forged, ownerId).ok).toBe(false)
    }
  })

  test('hold the longest payment there is, and nothing longer than Discord takes', () => {
    const largest = '18446744073709551615'
    const args = [short(largest), String(Number.MAX_SAFE_INTEGER), 'X'.repeat(16), short(largest)]
    const longest = writeCustomId(scope, { ...press, ownerId: largest, args })
    expect(longest.length).toBeLessThanOrEqual(100)
    expect(() => writeCustomId(scope, { ...press, args: ['x'.repeat(90)] })).toThrow('too long')
    expect(() => writeCustomId(scope, { ...press, args: ['a~b'] })).toThrow('cannot carry')
  })

  test.each(['13000000000000000', '18446744073709551615', '1300000000000000002'])(
    'write the Discord id %s shorter, and back',
    (snowflake) => {
      expect(long(short(snowflake))).toBe(snowflake)
      expect(short(snowflake).length).toBeLessThanOrEqual(13)
    },
  )
})
