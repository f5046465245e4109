import { describe, expect, test } from 'vitest'
import { message, suggestions } from './reply.ts'
import { checkLimits } from './testing/discord-limits.ts'

describe('message', () => {
  test('pings nobody and is for the channel or the user', () => {
    expect(message('channel', { lines: ['hello'] }).reply).toEqual({
      type: 4,
      data: { content: 'hello', allowed_mentions: { parse: [] } },
    })
    expect(message('user', { lines: ['hello'] }).reply.data.flags).toBe(64)
  })

  test('keeps whole lines as long as they fit, and says that there were more', () => {
    const lines = Array.from({ length: 300 }, (_, index) => `line ${index} ${'x'.repeat(20)}`)
    const { reply } = message('user', { lines })
    checkLimits(reply)
    const shown = reply.data.content?.split('\n') ?? []
    expect(shown.at(-1)).toBe('…')
    expect(shown.slice(0, -1)).toEqual(lines.slice(0, shown.length - 1))
  })

  test.each([1_999, 2_000, 2_001, 5_000])('fits with one line of %i characters', (length) => {
    const { reply } = message('user', { lines: ['x'.repeat(length)] })
    checkLimits(reply)
    expect(reply.data.content).toMatch(/^x{1990}/)
  })

  test('fits whatever an embed holds, and keeps fields whole or leaves them out', () => {
    const field = { name: 'n'.repeat(300), value: 'v'.repeat(1_100) }
    const embed = {
      title: 't'.repeat(300),
      description: 'd'.repeat(5_000),
      fields: Array.from({ length: 30 }, () => field),
    }
    checkLimits(message('channel', { embed }).reply)
    checkLimits(message('channel', { embed: { title: 'Shop', fields: embed.fields } }).reply)
    const small = Array.from({ length: 30 }, (_, index) => ({ name: `n${index}`, value: 'v' }))
    const { reply } = message('channel', { embed: { title: 'Shop', fields: small } })
    checkLimits(reply)
    expect(reply.data.embeds?.[0]?.fields).toEqual(small.slice(0, 25))
  })
})

describe('suggestions', () => {
  test('are at most 25, their names plain and at most 100 characters', () => {
    const choices = Array.from({ length: 40 }, (_, index) => ({
      name: `\u202e*${index}*${'x'.repeat(200)}`,
      value: `itm_${index}`,
    }))
    const reply = suggestions(choices)
    checkLimits(reply)
    expect(JSON.stringify(reply)).not.toContain('\u202e')
  })
})
