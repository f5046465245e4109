/** Removes a currency that was never used. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteIfChanged, sendNotes } from '@coinop/shared/audit'
import { CurrencyCode } from '@coinop/shared/money'
import { and, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { forgetCurrency, isCurrency } from '../currencies.ts'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { currencies } from '../schema.ts'

export const currenciesDelete = defineRoute({
  access: secretKey('wallet:write'),
  route: createRoute({
    operationId: 'currencies.delete',
    method: 'delete',
    path: '/v1/currencies/{code}',
    summary: 'Delete a currency that was never used',
    request: { params: z.object({ code: CurrencyCode }) },
    responses: {
      204: { description: 'It is gone' },
      ...problems('currency_not_found', 'currency_in_use'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const { code } = c.req.valid('param')
    const db = drizzle(c.env.WALLET_DB)
    const [[gone]] = await db.batch([
      db
        .delete(currencies)
        .where(and(isCurrency(projectId, code), isNull(currencies.usedAt)))
        .returning(),
      noteIfChanged(db, caller, { action: 'currencies.delete', subject: code }),
    ])
    forgetCurrency(projectId, code)
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (gone) return c.body(null, 204)
    const [existing] = await db.select().from(currencies).where(isCurrency(projectId, code))
    throw problem(existing ? 'currency_in_use' : 'currency_not_found')
  },
})
