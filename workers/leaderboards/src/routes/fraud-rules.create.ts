/** Adds a rule against fraud to a leaderboard, in shadow mode unless told otherwise. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { FraudRule, NewFraudRule, toFraudRule } from '../fraud-model.ts'
import { changeFraudRules } from '../fraud-rule-changes.ts'
import { boardParams } from '../model.ts'
import { problems } from '../problems.ts'

export const fraudRulesCreate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'fraud-rules.create',
    method: 'post',
    path: '/v1/leaderboards/{leaderboardId}/fraud-rules',
    summary: 'Add a fraud rule',
    description:
      'Holds from the next score on, after 5 seconds at the latest. Of the rules that are not in shadow mode the first that hits decides.',
    request: { params: boardParams, body: json(NewFraudRule) },
    responses: {
      201: json(FraudRule, 'The rule'),
      ...problems('leaderboard_not_found', 'fraud_rules_full', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId } = c.req.valid('param')
    const wanted = c.req.valid('json')
    const board = { projectId: c.get('caller').projectId, leaderboardId }
    const answer = await changeOnce<FraudRule>(c, [leaderboardId, wanted], (db, recordOf) => {
      const rule = { ...wanted, id: newId('frl'), createdAt: now() }
      return changeFraudRules(db, board, {
        change: (rules) => ({ rules: [...rules, rule], rule }),
        recordOf: () => recordOf(toFraudRule(rule), rule.id),
        answerOf: toFraudRule,
      })
    })
    return c.json(answer, 201)
  },
})
