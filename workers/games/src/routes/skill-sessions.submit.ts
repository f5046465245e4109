/** Submits the score of a session: once, in time, and by whom the session was made for. */
import { createRoute, z } from '@hono/zod-openapi'
import { playerOrSecretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { announceIfChanged, drainOutbox } from '@coinop/shared/outbox'
import { json } from '@coinop/shared/route'
import { and, gt, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { eventOf } from '../events.ts'
import { problem, problems } from '../problems.ts'
import { skillSessions } from '../schema.ts'
import { SkillSession, SkillSessionId, toSkillSession } from '../skill-model.ts'
import { findSkillSession, isSkillSession } from '../skill-sessions.ts'

const NewSkillScore = z
  .strictObject({ score: z.int().openapi({ description: 'Any integer', example: 12_500 }) })
  .openapi('NewSkillScore')

export const skillSessionsSubmit = defineRoute({
  access: playerOrSecretKey('games:play'),
  route: createRoute({
    operationId: 'skill-sessions.submit',
    method: 'post',
    path: '/v1/skill-sessions/{skillSessionId}/submit',
    summary: 'Submit a score',
    request: {
      params: z.object({ skillSessionId: SkillSessionId }),
      body: json(NewSkillScore),
    },
    responses: {
      200: json(SkillSession, 'The session with its score'),
      ...problems('not_found', 'session_expired', 'score_submitted', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { skillSessionId: id } = c.req.valid('param')
    const { score } = c.req.valid('json')
    const before = await findSkillSession(c.env, caller, id)
    if (caller.kind === 'player' && before.submitter === 'server') {
      throw problem('forbidden', 'The score of this session is submitted by a server.')
    }
    const key = c.get('idempotencyKey')
    const submitKey = key === '' ? null : `${caller.kind}:${caller.actorId}:${key}`
    const submittedAt = now()
    const db = drizzle(c.env.GAMES_DB)
    const { userId, game, submitter } = before
    const fact = { skillSessionId: id, userId, game, score, submitter }
    const event = { subject: id, data: fact, at: submittedAt }
    const [[submitted]] = await db.batch([
      db
        .update(skillSessions)
        .set({ score, submitKey, submittedAt })
        .where(
          and(
            isSkillSession(caller.projectId, id),
            isNull(skillSessions.submittedAt),
            gt(skillSessions.expiresAt, submittedAt),
          ),
        )
        .returning(),
      announceIfChanged(db, caller.projectId, eventOf('games.skill_session.submitted', event)),
    ])
    if (submitted) {
      c.executionCtx.waitUntil(drainOutbox(db, c.env.EVENTS_APPENDS))
      return c.json(toSkillSession(submitted), 200)
    }
    const after = await findSkillSession(c.env, caller, id)
    if (after.submittedAt === null) throw problem('session_expired')
    if (submitKey === null || after.submitKey !== submitKey) throw problem('score_submitted')
    if (after.score !== score) throw problem('idempotency_conflict')
    c.header('idempotency-replayed', 'true')
    return c.json(toSkillSession(after), 200)
  },
})
