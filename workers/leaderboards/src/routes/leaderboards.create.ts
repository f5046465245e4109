/** Creates a leaderboard. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { NewLeaderboard, Leaderboard, toLeaderboard } from '../model.ts'
import { problems } from '../problems.ts'
import { insertLeaderboard } from '../leaderboards.ts'

export const leaderboardsCreate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'leaderboards.create',
    method: 'post',
    path: '/v1/leaderboards',
    summary: 'Create a leaderboard',
    request: { body: json(NewLeaderboard) },
    responses: {
      201: json(Leaderboard, 'The leaderboard'),
      ...problems('leaderboard_exists', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { projectId, actorId } = c.get('caller')
    const wanted = c.req.valid('json')
    const db = drizzle(c.env.LEADERBOARDS_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('leaderboards.create', wanted),
    }
    const { answer, replayed } = await once<Leaderboard>(request, async (recordOf) => {
      const row = { projectId, ...wanted, uses: 0, version: 1, createdAt: now() }
      const created = toLeaderboard(row)
      await insertLeaderboard(db, row, await recordOf(created))
      return created
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
