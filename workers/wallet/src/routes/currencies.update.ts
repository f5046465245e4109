/** Changes a currency. Its decimals are for ever once money of it has moved: they say what every amount means. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteIfChanged, sendNotes } from '@coinop/shared/audit'
import { CurrencyCode } from '@coinop/shared/money'
import { json } from '@coinop/shared/route'
import { and, isNull, or, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { forgetCurrency, isCurrency, toCurrency } from '../currencies.ts'
import { defineRoute } from '../env.ts'
import { Currency, CurrencyPatch } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { currencies } from '../schema.ts'

export const currenciesUpdate = defineRoute({
  access: secretKey('wallet:write'),
  route: createRoute({
    operationId: 'currencies.update',
    method: 'patch',
    path: '/v1/currencies/{code}',
    summary: 'Change a currency',
    description: 'Sets each field to a value, so a repetition changes nothing.',
    request: { params: z.object({ code: CurrencyCode }), body: json(CurrencyPatch) },
    responses: {
      200: json(Currency, 'The currency'),
      ...problems('currency_not_found', 'currency_in_use'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const { code } = c.req.valid('param')
    const { name, decimals, transferable, cap } = c.req.valid('json')
    const db = drizzle(c.env.WALLET_DB)
    const open =
      decimals === undefined
        ? undefined
        : or(isNull(currencies.usedAt), eq(currencies.decimals, decimals))
    const set = {
      // Never empty, which SQL would not take.
      code: sql<string>`${currencies.code}`,
      ...(name !== undefined && { name }),
      ...(decimals !== undefined && { decimals }),
      ...(transferable !== undefined && { transferable }),
      ...(cap !== undefined && { cap }),
    }
    const [[row]] = await db.batch([
      db
        .update(currencies)
        .set(set)
        .where(and(isCurrency(projectId, code), open))
        .returning(),
      noteIfChanged(db, caller, { action: 'currencies.update', subject: code }),
    ])
    forgetCurrency(projectId, code)
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (row) return c.json(toCurrency(row), 200)
    const [existing] = await db.select().from(currencies).where(isCurrency(projectId, code))
    throw problem(existing ? 'currency_in_use' : 'currency_not_found')
  },
})
