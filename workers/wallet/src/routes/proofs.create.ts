/** Makes a proof now: fixes the moment, and hashes at once what is not too much for one request. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { prepared } from '../projection.ts'
import { Proof, toProof } from '../proof-model.ts'
import { findRebuild } from '../rebuild.ts'
import { createProof, findProof, hashProofs } from '../proofs.ts'

/** About 16,000 wallets; the rest is the sweep's. */
const chunksAtOnce = 16

export const proofsCreate = defineRoute({
  access: secretKey('wallet:write'),
  route: createRoute({
    operationId: 'proofs.create',
    method: 'post',
    path: '/v1/ledger/proof',
    summary: 'Make a proof of the ledger',
    responses: {
      201: json(Proof, 'The proof; pending when the ledger is large'),
      ...problems('rebuild_running', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const database = c.env.WALLET_DB
    const request = {
      db: drizzle(database),
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('proofs.create', null),
    }
    // Half a copy would make a proof of half a ledger.
    const rebuild = await findRebuild(database, projectId)
    if (rebuild?.finishedAt === null) throw problem('rebuild_running')
    const { answer, replayed } = await once<{ number: number }>(request, async (recordOf) => {
      const number = await createProof(database, projectId, async (number) => {
        const record = (await recordOf({ number })) as unknown as { toSQL(): Query }[]
        return record.map((statement) => prepared(database, statement.toSQL()))
      })
      return { number }
    })
    await hashProofs(database, projectId, chunksAtOnce)
    const proof = await findProof(database, projectId, { ...answer, complete: false })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(toProof(proof!), 201)
  },
})

type Query = Parameters<typeof prepared>[1]
