/** Transfers that have not ended yet, the oldest first: what an operator looks at when money seems to hang. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Transfer } from '../model.ts'
import { oldestPending } from '../past-transfers.ts'
import { problems } from '../problems.ts'

const PendingTransfer = Transfer.extend({
  ageSeconds: z.int().min(0).openapi({ description: 'Most end within one second' }),
}).openapi('PendingTransfer')

export const pendingTransfersList = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'pending-transfers.list',
    method: 'get',
    path: '/v1/ledger/pending',
    summary: 'List the transfers that have not ended',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(PendingTransfer), 'Transfers, oldest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'pending-transfers' }
    const after = readCursor(scope, cursor)
    const rows = await oldestPending(c.env.WALLET_DB, projectId, { after, limit: limit + 1 })
    const toItem = ({ at, ...transfer }: (typeof rows)[number]) => ({
      ...transfer,
      ageSeconds: Math.max(0, Math.floor((now() - at) / 1_000)),
    })
    return c.json(
      toPage(rows, limit, toItem, ({ at, id }) => writeCursor(scope, `${at}/${id}`)),
      200,
    )
  },
})
