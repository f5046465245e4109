/** Starts a play of a customer's own game, to which one score can be submitted. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { ask } from '@coinop/shared/neighbour'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { GameId, UserId } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { skillSessions } from '../schema.ts'
import { SkillSession, skillSecondsMax, toSkillSession } from '../skill-model.ts'

const NewSkillSession = z
  .strictObject({
    game: GameId.openapi({ description: 'A name of your own' }),
    expiresInSeconds: z.int().min(1).max(skillSecondsMax).default(3_600),
    submitter: z
      .enum(['player', 'server'])
      .default('player')
      .openapi({ description: 'Who may submit the score; only a server can keep it to servers' }),
    userId: UserId.optional().openapi({ description: 'Required unless a player asks' }),
  })
  .openapi('NewSkillSession')

export const skillSessionsCreate = defineRoute({
  access: playerOrSecretKey('games:play'),
  route: createRoute({
    operationId: 'skill-sessions.create',
    method: 'post',
    path: '/v1/skill-sessions',
    summary: 'Start a skill session',
    request: { body: json(NewSkillSession) },
    responses: {
      201: json(SkillSession, 'The session'),
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const { game, expiresInSeconds, submitter, userId: asked } = c.req.valid('json')
    const userId = subjectOf(caller, asked, '/body/userId')
    if (caller.kind === 'player' && submitter === 'server') {
      throw problem('forbidden', 'A player starts sessions for their own scores.')
    }
    // A player's own token proves that there is such a player; of whom a key names, auth knows.
    const exists = () => ask('auth', async () => c.env.PLAYERS.exists(caller, userId))
    if (caller.kind !== 'player' && !(await exists())) throw problem('not_found')
    const db = drizzle(c.env.GAMES_DB)
    const hash = requestHash('skill-sessions.create', [userId, game, expiresInSeconds, submitter])
    const request = { db, projectId, actorId, key: c.get('idempotencyKey'), requestHash: hash }
    const { answer, replayed } = await once<SkillSession>(request, async (recordOf) => {
      const createdAt = now()
      const expiresAt = createdAt + expiresInSeconds * 1_000
      const none = { score: null, submitKey: null, submittedAt: null }
      const ids = { projectId, id: newId('skl'), userId }
      const row = { ...ids, game, submitter, createdAt, expiresAt, ...none }
      const session = toSkillSession(row)
      await db.batch([db.insert(skillSessions).values(row), ...(await recordOf(session))])
      return session
    })
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
