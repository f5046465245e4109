/** Removes a rule against fraud; what it has hit stays in the reviews. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { changeOnce } from '../definition-changes.ts'
import { defineRoute } from '../env.ts'
import { fraudRuleParams } from '../fraud-model.ts'
import { changeFraudRules, ruleOf } from '../fraud-rule-changes.ts'
import { problems } from '../problems.ts'

export const fraudRulesDelete = defineRoute({
  access: secretKey('leaderboards:write'),
  route: createRoute({
    operationId: 'fraud-rules.delete',
    method: 'delete',
    path: '/v1/leaderboards/{leaderboardId}/fraud-rules/{ruleId}',
    summary: 'Delete a fraud rule',
    request: { params: fraudRuleParams },
    responses: {
      204: { description: 'The rule is deleted' },
      ...problems('leaderboard_not_found', 'fraud_rule_not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { leaderboardId, ruleId } = c.req.valid('param')
    const board = { projectId: c.get('caller').projectId, leaderboardId }
    await changeOnce<null>(c, [leaderboardId, ruleId], (db, recordOf) =>
      changeFraudRules(db, board, {
        change: (rules) => {
          const rule = ruleOf(rules, ruleId)
          return { rules: rules.filter(({ id }) => id !== rule.id), rule }
        },
        recordOf: (rule) => recordOf(null, rule.id),
        answerOf: () => null,
      }),
    )
    return c.body(null, 204)
  },
})
