/** One round with its proof; the server seed is shown once its pair was rotated. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { IdOf } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Round, toRound } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findRound } from '../rounds.ts'

export const roundsGet = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'rounds.get',
    method: 'get',
    path: '/v1/rounds/{roundId}',
    summary: 'Get a round and its proof',
    request: { params: z.object({ roundId: IdOf('rnd') }) },
    responses: { 200: json(Round, 'The round'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { kind, actorId, projectId } = c.get('caller')
    const row = await findRound(c.env.GAMES_DB, projectId, c.req.valid('param').roundId)
    if (!row || (kind === 'player' && row.userId !== actorId)) throw problem('not_found')
    return c.json(toRound(row), 200)
  },
})
