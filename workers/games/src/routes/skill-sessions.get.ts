/** One play of a customer's own game, with its score once there is one. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { SkillSession, SkillSessionId, toSkillSession } from '../skill-model.ts'
import { findSkillSession } from '../skill-sessions.ts'

export const skillSessionsGet = defineRoute({
  access: playerOrSecretKey('games:read'),
  route: createRoute({
    operationId: 'skill-sessions.get',
    method: 'get',
    path: '/v1/skill-sessions/{skillSessionId}',
    summary: 'Get a skill session',
    request: { params: z.object({ skillSessionId: SkillSessionId }) },
    responses: { 200: json(SkillSession, 'The session'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const { skillSessionId } = c.req.valid('param')
    return c.json(
      toSkillSession(await findSkillSession(c.env, c.get('caller'), skillSessionId)),
      200,
    )
  },
})
