/** Changes of a board's fraud rules: each a change of its definition, so that every season's object takes the newest. */
import { now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { forget } from './board-cache.ts'
import { ownBoard, writeBoard } from './boards.ts'
import { type FraudRulePatch, fraudRulesMax } from './fraud-model.ts'
import { problem } from './problems.ts'
import type { StoredFraudRule } from './schema.ts'

/** `subject` of what is written together with it is the rule's id. */
type Change<T> = {
  change: (rules: StoredFraudRule[]) => { rules: StoredFraudRule[]; rule: StoredFraudRule }
  recordOf: (rule: StoredFraudRule) => Promise<Statement[]>
  answerOf: (rule: StoredFraudRule) => T
}

/** Throws `leaderboard_not_found`, and what `change` throws. */
export async function changeFraudRules<T>(
  db: DrizzleD1Database,
  { projectId, leaderboardId }: { projectId: string; leaderboardId: string },
  { change, recordOf, answerOf }: Change<T>,
): Promise<T> {
  const { board, rule } = await writeBoard(db, async () => {
    const row = await ownBoard(db, projectId, leaderboardId)
    const { rules, rule: changed } = change(row.fraudRules)
    if (rules.length > fraudRulesMax) throw problem('fraud_rules_full')
    const changes = { fraudRules: rules, updatedAt: now() }
    return { row, changes, more: await recordOf(changed), answer: { board: row, rule: changed } }
  })
  forget(board)
  return answerOf(rule)
}

/** Throws `fraud_rule_not_found`. */
export function ruleOf(rules: StoredFraudRule[], id: string): StoredFraudRule {
  const rule = rules.find((each) => each.id === id)
  if (!rule) throw problem('fraud_rule_not_found')
  return rule
}

/** Throws `fraud_rule_not_found`. */
export function patched(rules: StoredFraudRule[], id: string, patch: FraudRulePatch) {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined)
  const rule: StoredFraudRule = { ...ruleOf(rules, id), ...Object.fromEntries(given) }
  return { rules: rules.map((each) => (each.id === id ? rule : each)), rule }
}
