/** One currency of the project. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyoneInProject } from '@coinop/shared/access'
import { CurrencyCode } from '@coinop/shared/money'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { isCurrency, toCurrency } from '../currencies.ts'
import { defineRoute } from '../env.ts'
import { Currency } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { currencies } from '../schema.ts'

export const currenciesGet = defineRoute({
  access: anyoneInProject,
  route: createRoute({
    operationId: 'currencies.get',
    method: 'get',
    path: '/v1/currencies/{code}',
    summary: 'Get a currency',
    request: { params: z.object({ code: CurrencyCode }) },
    responses: { 200: json(Currency, 'The currency'), ...problems('currency_not_found') },
  }),
  handler: async (c) => {
    const { code } = c.req.valid('param')
    const [row] = await drizzle(c.env.WALLET_DB)
      .select()
      .from(currencies)
      .where(isCurrency(c.get('caller').projectId, code))
    if (!row) throw problem('currency_not_found')
    return c.json(toCurrency(row), 200)
  },
})
