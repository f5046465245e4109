import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isEd25519Point } from './ed25519.ts'

const hexOf = (littleEndian: bigint) =>
  littleEndian.toString(16).padStart(64, '0').match(/../g)!.toReversed().join('')
const p = 2n ** 255n - 19n

describe('isEd25519Point', () => {
  test('true for 50 real keys and for those of RFC 8032', () => {
    for (let count = 0; count < 50; count++) {
      const der = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' })
      expect(isEd25519Point(der.subarray(-32).toString('hex'))).toBe(true)
    }
    const published = [
      'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a',
      '3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c',
      'fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025',
    ]
    for (const key of published) expect(isEd25519Point(key)).toBe(true)
  })

  test('false for about half of all numbers: they are no point', () => {
    const points = Array.from({ length: 40 }, (_, y) => isEd25519Point(hexOf(BigInt(y) + 3n)))
    const count = points.filter(Boolean).length
    expect(count).toBeGreaterThan(8)
    expect(count).toBeLessThan(32)
  })

  test('false for the points of small order and for second spellings', () => {
    for (const y of [0n, 1n, p - 1n]) expect(isEd25519Point(hexOf(y))).toBe(false)
    const order8 = 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a'
    expect(isEd25519Point(order8)).toBe(false)
    for (const y of [p, p + 1n, p + 3n, 2n ** 255n - 1n])
      expect(isEd25519Point(hexOf(y))).toBe(false)
  })

  test('false for anything that is not 64 characters of lower-case hex', () => {
    for (const text of ['', 'ab', 'AB'.repeat(32), 'zz'.repeat(32), 'ab'.repeat(33)]) {
      expect(isEd25519Point(text)).toBe(false)
    }
  })
})
