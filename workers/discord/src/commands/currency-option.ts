/** The optional `currency` of a command: without it the project's oldest one is meant. */
import { fail, ok, type Result } from '@coinop/shared/result'
import type { Currency } from '../amounts.ts'
import { optionType } from '../protocol.ts'
import type { Context, Definition } from './command.ts'

type Option = Extract<
  NonNullable<Definition['options']>[number],
  { type: typeof optionType.string }
>

export const currencyCharactersMax = 16

export const currencyOption: Option = {
  type: optionType.string,
  name: 'currency',
  description: 'Which currency; without it the main one',
  max_length: currencyCharactersMax,
}

export async function chooseCurrency(
  { env, caller }: Context,
  code: string | undefined,
): Promise<Result<Currency, 'no_currency' | 'currency_not_found'>> {
  const currencies = await env.WALLET_TRANSFERS.currencies(caller)
  const [first] = currencies
  if (!first) return fail('no_currency')
  if (code === undefined) return ok(first)
  const named = currencies.find((each) => each.code === code.trim().toUpperCase())
  return named ? ok(named) : fail('currency_not_found')
}

/** The currency of an amount that another service answered with, for its decimals. */
export async function currencyOf({ env, caller }: Context, code: string): Promise<Currency> {
  const currencies = await env.WALLET_TRANSFERS.currencies(caller)
  const currency = currencies.find((each) => each.code === code)
  if (!currency) throw new Error(`An amount in ${code}, which is not a currency of the project`)
  return currency
}
