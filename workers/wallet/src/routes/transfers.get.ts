/** One transfer between two wallets, whatever became of it. A player sees their own. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { IdOf } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { PastTransfer } from '../model.ts'
import { findTransfer } from '../past-transfers.ts'
import { problem, problems } from '../problems.ts'

export const transfersGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'transfers.get',
    method: 'get',
    path: '/v1/transfers/{transferId}',
    summary: 'Get a transfer',
    description: 'From the copy, which follows within about a second.',
    request: { params: z.object({ transferId: IdOf('trf') }) },
    responses: { 200: json(PastTransfer, 'The transfer'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { kind, actorId, projectId } = c.get('caller')
    const { transferId } = c.req.valid('param')
    const transfer = await findTransfer(c.env.WALLET_DB, projectId, transferId)
    const foreign = kind === 'player' && ![transfer?.from, transfer?.to].includes(actorId)
    if (!transfer || foreign) throw problem('not_found')
    return c.json(transfer, 200)
  },
})
