/** The project's wallets that ever had an entry, from the copy in D1. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { balanceMax, CurrencyCode } from '@coinop/shared/money'
import { PageQuery, pageOf, readCursor, writeCursor } from '@coinop/shared/pages'
import { invalidField } from '@coinop/shared/problem'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Wallet } from '../model.ts'
import { problems } from '../problems.ts'
import { listWallets } from '../wallets.ts'

const WalletsQuery = PageQuery.extend({
  sort: z.enum(['newest', 'richest']).default('newest').openapi({
    description: 'newest: by the age of the holder. richest: needs `currency`',
  }),
  currency: CurrencyCode.optional().openapi({ description: 'Only wallets that ever held it' }),
  minimumBalance: z.coerce.number().int().min(0).max(balanceMax).optional().openapi({
    description: 'Posted, in minor units; needs `currency`',
  }),
})

export const walletsList = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'wallets.list',
    method: 'get',
    path: '/v1/wallets',
    summary: 'List the wallets',
    description:
      'From the copy, which follows within about a second. With `newest` and a currency a page may have fewer wallets than `limit` while `nextCursor` is not null.',
    request: { query: WalletsQuery },
    responses: { 200: json(pageOf(Wallet), 'Wallets'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query')
    const { sort, currency, minimumBalance } = filter
    if (currency === undefined && (sort === 'richest' || minimumBalance !== undefined)) {
      throw invalidField('/query/currency', 'Required with `richest` and with `minimumBalance`.')
    }
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'wallets', filter }
    const after = readCursor(scope, cursor)
    const page = await listWallets(c.env.WALLET_DB, { projectId, ...filter, limit, after })
    const nextCursor = page.last === null ? null : writeCursor(scope, page.last)
    return c.json({ data: page.wallets, nextCursor }, 200)
  },
})
