/** Amounts as people write and read them: in units of the currency. Inside they are integers of minor units. */
import { amountMax } from '@coinop/shared/money'
import { fail, ok, type Result } from '@coinop/shared/result'
import { escaped } from './text.ts'

export type Currency = { code: string; decimals: number }

/** `1,234.50 COIN`, ready for a message. `amount` is never negative. */
export function shown(amount: number, { code, decimals }: Currency): string {
  const digits = String(amount).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  const fraction = decimals > 0 ? `.${digits.slice(-decimals)}` : ''
  return `${whole}${fraction} ${escaped(code, codeCharacters)}`
}

const codeCharacters = 16

/** `1234.50 COIN`, as it is typed into a form. */
export function asTyped(amount: number, { code, decimals }: Currency): string {
  const digits = String(amount).padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  return `${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ''} ${code}`
}

const typedForm = /^(\d{1,16}|\d{1,3}(?:,\d{3}){1,5})(\.\d{1,18})?(?:\s+|$)([A-Za-z0-9_]{1,16})?$/

/** `250`, `1,000` or `2.50 GEM`; undefined for anything else. */
export function fromTyped(text: string): { units: number; code: string | undefined } | undefined {
  const [found, whole = '', fraction = '', code] = typedForm.exec(text.trim()) ?? []
  if (found === undefined) return undefined
  return { units: Number(whole.replaceAll(',', '') + fraction), code }
}

export type AmountRefusal = 'amount_too_precise' | 'amount_out_of_range'

/** Exact or refused: 0.29 of a currency with two decimals is 29, and 0.291 is not rounded. */
export function toMinorUnits(units: number, { decimals }: Currency): Result<number, AmountRefusal> {
  const text = units.toFixed(decimals)
  if (Number(text) !== units) return fail('amount_too_precise')
  const amount = Number(text.replace('.', ''))
  return amount >= 1 && amount <= amountMax ? ok(amount) : fail('amount_out_of_range')
}
