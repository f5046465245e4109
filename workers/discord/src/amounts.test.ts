import { describe, expect, test } from 'vitest'
import { shown, toMinorUnits } from './amounts.ts'

const withDecimals = (decimals: number) => ({ code: 'COIN', decimals })

describe('shown', () => {
  test.each([
    [0, 0, '0 COIN'],
    [999, 0, '999 COIN'],
    [1_234_567, 0, '1,234,567 COIN'],
    [5, 2, '0.05 COIN'],
    [123_450, 2, '1,234.50 COIN'],
    [Number.MAX_SAFE_INTEGER, 8, '90,071,992.54740991 COIN'],
  ])('%i minor units with %i decimals', (amount, decimals, text) => {
    expect(shown(amount, withDecimals(decimals))).toBe(text)
  })

  test('escapes the underscore of a code', () => {
    expect(shown(1, { code: 'GOLD_BAR', decimals: 0 })).toBe('1 GOLD\\_BAR')
  })
})

describe('toMinorUnits', () => {
  test.each([
    [5, 0, 5],
    [2.5, 2, 250],
    [0.29, 2, 29],
    [1.1, 1, 11],
    [0.00000001, 8, 1],
    [1e12, 0, 1e12],
  ])('%d units with %i decimals are %i minor units', (units, decimals, amount) => {
    expect(toMinorUnits(units, withDecimals(decimals))).toEqual({ ok: true, value: amount })
  })

  test.each([
    [2.5, 0],
    [0.291, 2],
    [1e-9, 8],
  ])('refuses to round %d to %i decimals', (units, decimals) => {
    const refused = { ok: false, code: 'amount_too_precise' }
    expect(toMinorUnits(units, withDecimals(decimals))).toEqual(refused)
  })

  test.each([0, -0, -5, 1e13, 1e21, 1e300])('refuses %d', (units) => {
    const refused = { ok: false, code: 'amount_out_of_range' }
    expect(toMinorUnits(units, withDecimals(0))).toEqual(refused)
  })
})
