/** A wallet's holds, newest first, read from the wallet itself. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { holderExists } from '../holders.ts'
import { Hold, toHold, WalletId } from '../model.ts'
import { walletOf } from '../movements.ts'
import { problem, problems } from '../problems.ts'

/** Above every id of a hold: they begin with hld_. */
const aboveAll = 'hld_~'

export const holdsList = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'holds.list',
    method: 'get',
    path: '/v1/wallets/{walletId}/holds',
    summary: 'List the holds of a wallet',
    request: { params: z.object({ walletId: WalletId }), query: PageQuery },
    responses: { 200: json(pageOf(Hold), 'Holds, newest first'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const walletId = subjectOf(caller, c.req.valid('param').walletId, '/path/walletId')
    if (!(await holderExists(c.env.PLAYERS, caller, walletId))) throw problem('not_found')
    const { limit, cursor } = c.req.valid('query')
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId: caller.projectId,
      list: 'holds',
      filter: walletId,
    }
    const before = readCursor(scope, cursor) ?? aboveAll
    const rows = await walletOf(c.env, caller, walletId).holds(before, limit + 1)
    const page = toPage(
      rows,
      limit,
      (row) => toHold(walletId, row),
      ({ id }) => writeCursor(scope, id),
    )
    return c.json(page, 200)
  },
})
