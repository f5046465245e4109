/** Amounts, balances and currency codes: integers of minor units, always with their currency. */
import { z } from '@hono/zod-openapi'

/** Largest amount of one operation, in minor units. */
export const amountMax = 1_000_000_000_000
/** Largest balance, in minor units: the last integer that JSON and SQLite-in-JavaScript both carry exactly. */
export const balanceMax = Number.MAX_SAFE_INTEGER

export const Amount = z
  .int()
  .min(1)
  .max(amountMax)
  .openapi({ description: 'Minor units of the currency', example: 250 })

export const Balance = z
  .int()
  .openapi({ description: 'Minor units of the currency, after the operation', example: 1250 })

export const CurrencyCode = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{1,15}$/, 'Expected 2 to 16 characters: A-Z, 0-9 and _.')
  .openapi({ example: 'COIN' })
