/** The reconciliation runs of the project, newest first. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { PageQuery, pageOf, readCursor, toPage, writeCursor } from '@coinop/shared/pages'
import { json } from '@coinop/shared/route'
import { and, desc, eq, lt } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { reconciliations } from '../audit-schema.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { Reconciliation, toReconciliation } from '../reconciliation-model.ts'

export const reconciliationsList = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'reconciliations.list',
    method: 'get',
    path: '/v1/ledger/reconciliations',
    summary: 'List the reconciliation runs',
    description:
      'Each visits every wallet: its entries against its balances, and both against the copy. One begins every day.',
    request: { query: PageQuery },
    responses: { 200: json(pageOf(Reconciliation), 'Runs, newest first'), ...problems() },
  }),
  handler: async (c) => {
    const { limit, cursor } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const scope = { secret: c.env.CURSOR_SECRET, projectId, list: 'reconciliations' }
    const before = Number(readCursor(scope, cursor) ?? Number.MAX_SAFE_INTEGER)
    const rows = await drizzle(c.env.WALLET_DB)
      .select()
      .from(reconciliations)
      .where(and(eq(reconciliations.projectId, projectId), lt(reconciliations.number, before)))
      .orderBy(desc(reconciliations.number))
      .limit(limit + 1)
    return c.json(
      toPage(rows, limit, toReconciliation, ({ number }) => writeCursor(scope, number)),
      200,
    )
  },
})
