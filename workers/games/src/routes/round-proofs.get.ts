/** The proof of a round: what the verifier at /fair and tools/fair-verify.mjs read. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { IdOf } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { RoundProof, toRoundProof } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { findRound } from '../rounds.ts'

export const roundProofsGet = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'round-proofs.get',
    method: 'get',
    path: '/v1/rounds/{roundId}/proof',
    summary: 'Get the proof of a round',
    request: { params: z.object({ roundId: IdOf('rnd') }) },
    responses: { 200: json(RoundProof, 'The proof; check it at /fair'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { kind, actorId, projectId } = c.get('caller')
    const row = await findRound(c.env.GAMES_DB, projectId, c.req.valid('param').roundId)
    if (!row || (kind === 'player' && row.userId !== actorId)) throw problem('not_found')
    return c.json(toRoundProof(row), 200)
  },
})
