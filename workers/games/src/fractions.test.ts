import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { add, compare, fraction, multiply, percent, share, written } from './fractions.ts'

describe('fractions', () => {
  test('are in lowest terms', () => {
    expect(written(fraction(98, 100))).toBe('49/50')
    expect(written(fraction(0, 7))).toBe('0/1')
  })

  test('add, multiply and compare exactly', () => {
    expect(written(add(fraction(1, 3), fraction(1, 6)))).toBe('1/2')
    expect(written(multiply(fraction(2, 3), fraction(3, 4)))).toBe('1/2')
    expect(compare(fraction(1, 3), fraction(1, 2))).toBeLessThan(0)
    expect(compare(fraction(2, 4), fraction(1, 2))).toBe(0)
  })

  test('a term that JavaScript cannot hold exactly is refused, not rounded', () => {
    expect(() => fraction(2 ** 53, 1)).toThrow(RangeError)
    expect(() => fraction(1, 0)).toThrow(RangeError)
    expect(() => fraction(0.5, 1)).toThrow(RangeError)
    expect(() => share(2 ** 52, fraction(4))).toThrow(RangeError)
  })

  test('a share is the whole part of the product, as BigInt counts it', () => {
    const bet = fc.integer({ min: 1, max: 10_000_000_000 })
    const [numerator, denominator] = [
      fc.integer({ min: 0, max: 1_000 }),
      fc.integer({ min: 1, max: 1_000 }),
    ]
    fc.assert(
      fc.property(bet, numerator, denominator, (amount, above, below) => {
        const exact = (BigInt(amount) * BigInt(above)) / BigInt(below)
        expect(share(amount, fraction(above, below))).toBe(Number(exact))
      }),
    )
  })

  test.each([
    [fraction(1, 100), '1.00%'],
    [fraction(0), '0.00%'],
    [fraction(1, 37), '2.70%'],
    [fraction(1, 3), '33.33%'],
    [fraction(2, 3), '66.67%'],
    [fraction(1), '100.00%'],
  ])('%j is written as %s', (value, text) => {
    expect(percent(value)).toBe(text)
  })
})
