/** Submits up to 100 scores, each for itself: one that is refused leaves the others alone. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { writesMax } from '../board-commands.ts'
import { defineRoute } from '../env.ts'
import { UserId } from '../model.ts'
import { catalogue, problems } from '../problems.ts'
import { AppliedScore, ScoreUpdate } from '../score-model.ts'
import { submitUpdates } from '../score-updates.ts'

const Batch = z
  .strictObject({
    updates: z
      .array(ScoreUpdate.extend({ userId: UserId }))
      .min(1)
      .max(writesMax),
  })
  .openapi('ScoreBatch')

const Refused = z.strictObject({ code: z.string(), title: z.string() })
const Result = z
  .strictObject({
    score: AppliedScore.nullable(),
    problem: Refused.nullable().openapi({ description: 'Why this one was refused' }),
    replayed: z.boolean(),
  })
  .openapi('ScoreResult')

export const scoresBatch = defineRoute({
  access: secretKey('scores:write'),
  route: createRoute({
    operationId: 'scores.batch',
    method: 'post',
    path: '/v1/scores/batch',
    summary: 'Submit many scores',
    description:
      'Up to 100 scores for any leaderboards of the project. Each is decided for itself, in order; with an Idempotency-Key the whole batch may be sent again.',
    request: { body: json(Batch) },
    responses: {
      200: json(z.strictObject({ results: z.array(Result) }), 'What became of each, in order'),
      ...problems(),
    },
  }),
  handler: async (c) => {
    const { updates } = c.req.valid('json')
    const request = { updates, key: c.get('idempotencyKey') }
    const outcomes = await submitUpdates(
      c.env,
      c.get('caller'),
      request,
      (index) => `/body/updates/${index}`,
    )
    const results = outcomes.map((outcome) => {
      if (outcome.ok) return { ...outcome.value, problem: null }
      const { code } = outcome
      return { score: null, problem: { code, title: catalogue[code]!.title }, replayed: false }
    })
    return c.json({ results }, 200)
  },
})
