/** One play session, with its score once there is one. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { playParams, PlaySession } from '../play-model.ts'
import { findPlaySession } from '../play-sessions.ts'
import { problems } from '../problems.ts'

export const playSessionsGet = defineRoute({
  access: playerOrSecretKey('scores:write'),
  route: createRoute({
    operationId: 'play-sessions.get',
    method: 'get',
    path: '/v1/leaderboards/{leaderboardId}/play-sessions/{playSessionId}',
    summary: 'Get a play session',
    description: 'Of the season of now or the one before. A player sees their own.',
    request: { params: playParams },
    responses: {
      200: json(PlaySession, 'The session'),
      ...problems('leaderboard_not_found', 'play_session_not_found'),
    },
  }),
  handler: async (c) =>
    c.json(await findPlaySession(c.env, c.get('caller'), c.req.valid('param')), 200),
})
