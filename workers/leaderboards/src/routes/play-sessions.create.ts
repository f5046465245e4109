/** Starts a play whose score one submission may bring: its token is good once, for this player, on this leaderboard. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { boardParams } from '../model.ts'
import { NewPlaySession, StartedPlaySession, toPlaySession } from '../play-model.ts'
import { startPlaySession } from '../play-sessions.ts'
import { writePlayToken } from '../play-tokens.ts'
import { existing } from '../players.ts'
import { problem, problems } from '../problems.ts'
import { mayWrite } from '../score-updates.ts'
import { writable } from '../score-writes.ts'

export const playSessionsCreate = defineRoute({
  access: playerOrSecretKey('scores:write'),
  route: createRoute({
    operationId: 'play-sessions.create',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/play-sessions',
    summary: 'Start a play session',
    description:
      'When a play begins. A player starts their own, on leaderboards that are not authoritative. The token goes into `playSession` of one score, in this season or the next.',
    request: { params: boardParams, body: json(NewPlaySession) },
    responses: {
      201: json(StartedPlaySession, 'The session, with its token'),
      ...problems('leaderboard_not_found', 'user_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId } = caller
    const { leaderboardId } = c.req.valid('param')
    const { expiresInSeconds: seconds, userId: asked } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    if (!(await mayWrite(c.env, caller, leaderboardId))) throw problem('leaderboard_not_found')
    const known = await existing(c.env.PLAYERS, caller, [userId])
    if (!known.has(userId)) throw problem('user_not_found')
    const located = await writable(c.env, projectId, leaderboardId)
    const key = c.get('idempotencyKey')
    const started = await startPlaySession(c.env, located, {
      userId,
      seconds,
      ...(key !== '' && { key: `${caller.kind}:${userId}:${key}` }),
    })
    if (!started.ok) throw problem(started.code)
    const { seasonId, play, replayed } = started.value
    if (replayed) c.header('idempotency-replayed', 'true')
    const { id: boardId } = located.board
    const token = writePlayToken(c.env, { projectId, boardId, userId }, { ...play, seasonId })
    return c.json({ ...toPlaySession({ leaderboardId: boardId, seasonId }, play), token }, 201)
  },
})
