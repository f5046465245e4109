/** Asks that the copy of the project be made anew out of the wallets. The minutely sweep does it. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { rebuilds } from '../audit-schema.ts'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { findRebuild, type RebuildRow } from '../rebuild.ts'
import { Rebuild, toRebuild } from '../rebuild-model.ts'

export const rebuildsCreate = defineRoute({
  access: secretKey('wallet:write'),
  route: createRoute({
    operationId: 'rebuilds.create',
    method: 'post',
    path: '/v1/ledger/rebuilds',
    summary: 'Make the copy of the ledger anew',
    description:
      'Until it is finished the lists of wallets and transfers, and the supply, lack what is not copied yet. Balances and histories are not touched: they come from the wallets.',
    responses: {
      201: json(Rebuild, 'The rebuild, not begun yet'),
      ...problems('rebuild_running', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const db = drizzle(c.env.WALLET_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('rebuilds.create', null),
    }
    const { answer, replayed } = await once<Rebuild>(request, async (recordOf) => {
      const last = await findRebuild(c.env.WALLET_DB, projectId)
      if (last?.finishedAt === null) throw problem('rebuild_running')
      const row = newRebuild(projectId, (last?.number ?? 0) + 1)
      const made = toRebuild(row)
      try {
        await db.batch([db.insert(rebuilds).values(row), ...(await recordOf(made))])
      } catch (error) {
        throw isUniqueViolation(error, 'rebuilds') ? problem('rebuild_running') : error
      }
      return made
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})

const newRebuild = (projectId: string, number: number): RebuildRow => ({
  projectId,
  number,
  requestedAt: now(),
  updatedAt: now(),
  finishedAt: null,
  phase: 'digest_before',
  next: '',
  wallets: 0,
  entries: 0,
  digestBefore: '',
  digestAfter: '',
})
