import { describe, expect, test } from 'vitest'
import { keyedHash, sealFor, textKeyFor } from './secrets.ts'

const secret = 'test-only-secret'

describe('sealFor', () => {
  test('opens what it sealed, and seals the same text differently each time', async () => {
    const answers = sealFor(secret, 'answers')
    const [one, two] = [await answers.seal('Grüße 🎲'), await answers.seal('Grüße 🎲')]
    expect(one).not.toBe(two)
    expect([await answers.open(one), await answers.open(two)]).toEqual(['Grüße 🎲', 'Grüße 🎲'])
    expect(await answers.open(await answers.seal(''))).toBe('')
  })

  test('throws for another purpose, another secret, and any changed byte', async () => {
    const answers = sealFor(secret, 'answers')
    const sealed = await answers.seal('text')
    await expect(sealFor(secret, 'keys').open(sealed)).rejects.toBeInstanceOf(Error)
    await expect(sealFor(`${secret}!`, 'answers').open(sealed)).rejects.toBeInstanceOf(Error)
    for (let at = 0; at < Buffer.from(sealed, 'base64url').length; at++) {
      const bytes = Buffer.from(sealed, 'base64url')
      bytes[at] = (bytes[at] ?? 0) ^ 1
      await expect(answers.open(bytes.toString('base64url'))).rejects.toBeInstanceOf(Error)
    }
    await expect(answers.open('')).rejects.toBeInstanceOf(Error)
  })
})

test('keys of two purposes differ, and a keyed hash needs the secret', () => {
  expect(textKeyFor(secret, 'one')).not.toBe(textKeyFor(secret, 'two'))
  expect(keyedHash(secret, 'one', 'text')).toBe(keyedHash(secret, 'one', 'text'))
  expect(keyedHash(secret, 'one', 'text')).not.toBe(keyedHash(`${secret}!`, 'one', 'text'))
})
