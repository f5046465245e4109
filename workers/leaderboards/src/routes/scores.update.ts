/** Submits a score. What becomes of it the leaderboard's operator says; the answer tells where the user stands now. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { AppliedScore, ScoreUpdate } from '../score-model.ts'
import { submitUpdates } from '../score-updates.ts'

export const scoresUpdate = defineRoute({
  access: playerOrSecretKey('scores:write'),
  route: createRoute({
    operationId: 'scores.update',
    method: 'post',
    path: '/v1/scores/update',
    summary: 'Submit a score',
    description:
      'A player submits their own score, on leaderboards that are not authoritative, with the operator of the leaderboard. With `playSession` it is the one score of that session. An increment counts once however often it is sent with the same Idempotency-Key.',
    request: { body: json(ScoreUpdate) },
    responses: {
      200: json(AppliedScore, 'Where the user stands'),
      ...problems(
        'leaderboard_not_found',
        'user_not_found',
        'score_out_of_bounds',
        'attempts_exhausted',
        'submission_rejected',
        'play_session_not_found',
        'session_expired',
        'score_submitted',
        'idempotency_conflict',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const update = c.req.valid('json')
    const userId = subjectOf(caller, update.userId, '/body/userId')
    const request = { updates: [{ ...update, userId }], key: c.get('idempotencyKey') }
    const [outcome] = await submitUpdates(c.env, caller, request, () => '/body')
    if (!outcome) throw new Error('A score has no answer.')
    if (!outcome.ok) throw problem(outcome.code)
    if (outcome.value.replayed) c.header('idempotency-replayed', 'true')
    return c.json(outcome.value.score, 200)
  },
})
