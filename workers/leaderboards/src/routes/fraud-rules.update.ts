/** Changes a rule against fraud: switching it on is `shadow: false`. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { FraudRule, fraudRuleParams, FraudRulePatch, toFraudRule } from '../fraud-model.ts'
import { changeFraudRules, patched } from '../fraud-rule-changes.ts'
import { problems } from '../problems.ts'

export const fraudRulesUpdate = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'fraud-rules.update',
    method: 'patch',
    path: '/v1/leaderboards/{leaderboardId}/fraud-rules/{ruleId}',
    summary: 'Change a fraud rule',
    request: { params: fraudRuleParams, body: json(FraudRulePatch) },
    responses: {
      200: json(FraudRule, 'The rule'),
      ...problems('leaderboard_not_found', 'fraud_rule_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId, ruleId } = c.req.valid('param')
    const patch = c.req.valid('json')
    const board = { projectId: c.get('caller').projectId, leaderboardId }
    const input = [leaderboardId, ruleId, patch]
    const answer = await changeOnce<FraudRule>(c, input, (db, recordOf) =>
      changeFraudRules(db, board, {
        change: (rules) => patched(rules, ruleId, patch),
        recordOf: (rule) => recordOf(toFraudRule(rule), rule.id),
        answerOf: toFraudRule,
      }),
    )
    return c.json(answer, 200)
  },
})
