/** A wallet's own history, newest first, read from the wallet itself: what was just done is there. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { holderExists } from '../holders.ts'
import { Entry, toEntry, WalletId } from '../model.ts'
import { walletOf } from '../movements.ts'
import { problem, problems } from '../problems.ts'

export const entriesList = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'entries.list',
    method: 'get',
    path: '/v1/wallets/{walletId}/entries',
    summary: 'List the entries of a wallet',
    request: { params: z.object({ walletId: WalletId }), query: PageQuery },
    responses: { 200: json(pageOf(Entry), 'Entries, newest first'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const walletId = subjectOf(caller, c.req.valid('param').walletId, '/path/walletId')
    if (!(await holderExists(c.env.PLAYERS, caller, walletId))) throw problem('not_found')
    const { limit, cursor } = c.req.valid('query')
    const scope = {
      secret: c.env.CURSOR_SECRET,
      projectId: caller.projectId,
      list: 'entries',
      filter: walletId,
    }
    const before = Number(readCursor(scope, cursor) ?? Number.MAX_SAFE_INTEGER)
    const rows = await walletOf(c.env, caller, walletId).entries(before, limit + 1)
    const page = toPage(
      rows,
      limit,
      (row) => toEntry(walletId, row),
      ({ seq }) => writeCursor(scope, seq),
    )
    return c.json(page, 200)
  },
})
