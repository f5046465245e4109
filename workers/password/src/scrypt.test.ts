import { createHmac, scryptSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { hashPassword, readPeppers, verifyPassword } from './scrypt.ts'

const first = 'first-pepper'.padEnd(43, 'A')
const second = 'second-pepper'.padEnd(43, 'A')
const password = 'correct horse battery staple'

describe('hashPassword', () => {
  test('is scrypt at N = 2^15, r = 8, p = 3 with a 16-byte salt over the peppered password', () => {
    const phc = hashPassword(readPeppers(first), password)
    const parts = /^\$scrypt\$ln=15,r=8,p=3,k=[0-9a-f]{8}\$([^$]{22})\$([^$]{43})$/.exec(phc)
    const peppered = createHmac('sha256', first).update(password).digest()
    const salt = Buffer.from(parts?.[1] ?? '', 'base64')
    const options = { N: 32_768, r: 8, p: 3, maxmem: 64 * 1024 * 1024 }
    const expected = scryptSync(peppered, salt, 32, options)
    expect(salt).toHaveLength(16)
    expect(Buffer.from(parts?.[2] ?? '', 'base64')).toEqual(expected)
  })

  test('differs each time, for the same password', () => {
    const peppers = readPeppers(first)
    expect(hashPassword(peppers, password)).not.toBe(hashPassword(peppers, password))
  })
})

describe('verifyPassword', () => {
  test('takes é typed as one character and as two for the same', () => {
    const peppers = readPeppers(first)
    const phc = hashPassword(peppers, 'caf\u00e9 au lait')
    expect(verifyPassword(peppers, 'cafe\u0301 au lait', phc).matches).toBe(true)
  })

  test('asks for a new hash when the pepper is not the newest, only of one who knows the password', () => {
    const phc = hashPassword(readPeppers(first), password)
    const both = readPeppers(`${second},${first}`)
    expect(verifyPassword(both, password, phc)).toEqual({ matches: true, rehash: true })
    expect(verifyPassword(both, 'wrong', phc)).toEqual({ matches: false, rehash: false })
    const renewed = hashPassword(both, password)
    expect(verifyPassword(readPeppers(second), password, renewed)).toEqual({
      matches: true,
      rehash: false,
    })
  })

  test('asks for a new hash when a stored figure is lower than today', () => {
    const peppers = readPeppers(first)
    const [{ id }] = peppers
    const salt = Buffer.alloc(16, 7)
    const peppered = createHmac('sha256', first).update(password).digest()
    const hash = scryptSync(peppered, salt, 32, { N: 1024, r: 8, p: 1 })
    const encode = (bytes: Buffer) => bytes.toString('base64').replaceAll('=', '')
    const phc = `$scrypt$ln=10,r=8,p=1,k=${id}$${encode(salt)}$${encode(hash)}`
    expect(verifyPassword(peppers, password, phc)).toEqual({ matches: true, rehash: true })
  })

  test.each([
    '',
    'plain text',
    '$scrypt$ln=15,r=8,p=3$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    '$scrypt$ln=15,r=8,p=3,k=00000000$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
  ])('throws for %j, which is malformed or of a pepper that is gone', (phc) => {
    expect(() => verifyPassword(readPeppers(first), password, phc)).toThrow(/PASSWORD_PEPPER/)
  })
})

test.each(['', 'short', `${first},`, `${first},short`])(
  'throws for the pepper list %j, without repeating it',
  (text) => {
    expect(() => readPeppers(text)).toThrow('Every part of PASSWORD_PEPPER needs 32 characters.')
  },
)
