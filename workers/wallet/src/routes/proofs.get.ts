/** The newest complete proof, or the one of a number. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { Proof, toProof } from '../proof-model.ts'
import { findProof } from '../proofs.ts'

export const ProofQuery = z.strictObject({
  number: z.coerce.number().int().min(1).optional().openapi({
    description: 'Without it: the newest that is complete',
  }),
})

export const proofsGet = defineRoute({
  access: secretKey('wallet:read'),
  route: createRoute({
    operationId: 'proofs.get',
    method: 'get',
    path: '/v1/ledger/proof',
    summary: 'Get a proof of the ledger',
    description: 'One is made every day, and whenever one is asked for.',
    request: { query: ProofQuery },
    responses: { 200: json(Proof, 'The proof'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { number } = c.req.valid('query')
    const { projectId } = c.get('caller')
    const complete = number === undefined
    const proof = await findProof(c.env.WALLET_DB, projectId, { number, complete })
    if (!proof) throw problem('not_found')
    return c.json(toProof(proof), 200)
  },
})
