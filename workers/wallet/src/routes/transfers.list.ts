/** Transfers between wallets, newest first, from the copy in D1. A player sees their own. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { millisecondsOf, Transfer, TimeRange, WalletId } from '../model.ts'
import { listTransfers } from '../past-transfers.ts'
import { problems } from '../problems.ts'

const TransfersQuery = PageQuery.extend({
  walletId: WalletId.optional().openapi({ description: 'Sender or recipient' }),
  status: Transfer.shape.status.optional(),
  currency: Transfer.shape.currency.optional(),
  ...TimeRange.shape,
})

export const transfersList = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'transfers.list',
    method: 'get',
    path: '/v1/transfers',
    summary: 'List the transfers',
    description:
      'From the copy, which follows within about a second. A page may have fewer transfers than `limit`, also none, while `nextCursor` is not null: each looks at 2,000 rows at most.',
    request: { query: TransfersQuery },
    responses: { 200: json(pageOf(Transfer), 'Transfers, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { limit, cursor, walletId: asked, from, until, ...fields } = c.req.valid('query')
    const walletId = caller.kind === 'player' ? subjectOf(caller, asked, '/query/walletId') : asked
    const filter = { ...fields, walletId, from: millisecondsOf(from), until: millisecondsOf(until) }
    const { projectId } = caller
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'transfers', filter }
    const after = readCursor(scope, cursor)
    const page = await listTransfers(c.env.WALLET_DB, { projectId, ...filter, limit, after })
    const nextCursor = page.last === null ? null : writeCursor(scope, page.last)
    return c.json({ data: page.transfers, nextCursor }, 200)
  },
})
