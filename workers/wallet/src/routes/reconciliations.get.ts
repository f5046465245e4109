/** One reconciliation run, with what it found. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { differencesOf, findReconciliation } from '../reconciliation.ts'
import { ReconciliationDetails, toReconciliation } from '../reconciliation-model.ts'

const detailsMax = 100

export const reconciliationsGet = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'reconciliations.get',
    method: 'get',
    path: '/v1/ledger/reconciliations/{number}',
    summary: 'Get a reconciliation run',
    request: { params: z.object({ number: z.coerce.number().int().min(1) }) },
    responses: {
      200: json(ReconciliationDetails, 'The run and the differences that it found'),
      ...problems('not_found'),
    },
  }),
  handler: async (c) => {
    const { number } = c.req.valid('param')
    const { projectId } = c.get('caller')
    const run = await findReconciliation(c.env.WALLET_DB, projectId, number)
    if (!run) throw problem('not_found')
    const found = await differencesOf(c.env.WALLET_DB, run, detailsMax)
    return c.json({ ...toReconciliation(run), found }, 200)
  },
})
