import { expect, test } from 'vitest'
import { keyFor, openText, sealText } from './seal.ts'

const secret = 'test-only-secret'
const key = keyFor({ secret, owner: 'coinop-auth', purpose: 'note' })

test('what was sealed opens under the same key, and is nowhere in the seal', () => {
  for (const text of ['', 'a token', 'ü😀'.repeat(10_000)]) {
    const sealed = sealText(key, text)
    expect(openText(key, sealed)).toBe(text)
    expect(sealed).not.toBe(sealText(key, text))
  }
  expect(Buffer.from(sealText(key, 'a token'), 'base64url').toString('latin1')).not.toContain(
    'token',
  )
})

test('nothing opens under another secret, owner or purpose, and nothing that was changed or cut', () => {
  const sealed = sealText(key, 'a token')
  const others = [
    { secret: 'test-only-another', owner: 'coinop-auth', purpose: 'note' },
    { secret, owner: 'coinop-discord', purpose: 'note' },
    { secret, owner: 'coinop-auth', purpose: 'note2' },
  ]
  for (const other of others) expect(() => openText(keyFor(other), sealed)).toThrow()
  const bytes = Buffer.from(sealed, 'base64url')
  for (let at = 0; at < bytes.length; at++) {
    const changed = Buffer.from(bytes)
    changed[at] = changed[at]! ^ 1
    expect(() => openText(key, changed.toString('base64url'))).toThrow()
  }
  for (const cut of [0, 12, 28, bytes.length - 1]) {
    expect(() => openText(key, bytes.subarray(0, cut).toString('base64url'))).toThrow()
  }
})
