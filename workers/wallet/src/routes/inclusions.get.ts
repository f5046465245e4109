/** That a wallet's history is in a proof: the way from its head to the root, which anyone can follow offline. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { WalletId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { InclusionProof, toInclusionProof } from '../proof-model.ts'
import { findInclusion, findProof } from '../proofs.ts'
import { ProofQuery } from './proofs.get.ts'

export const inclusionsGet = defineRoute({
  access: playerOrSecretKey('wallet:read'),
  route: createRoute({
    operationId: 'inclusions.get',
    method: 'get',
    path: '/v1/ledger/proof/{walletId}',
    summary: 'Get the proof that a wallet is in the ledger',
    description: 'The heads of the eight newest proofs are kept.',
    request: { params: z.object({ walletId: WalletId }), query: ProofQuery },
    responses: { 200: json(InclusionProof, 'Leaf, path and root'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const walletId = subjectOf(caller, c.req.valid('param').walletId, '/path/walletId')
    const { number } = c.req.valid('query')
    const proof = await findProof(c.env.WALLET_DB, caller.projectId, { number })
    const inclusion = proof && (await findInclusion(c.env.WALLET_DB, proof, walletId))
    if (!inclusion) throw problem('not_found')
    return c.json(toInclusionProof(proof, inclusion), 200)
  },
})
