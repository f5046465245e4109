import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule, reviewsOf } from '../test-fraud.ts'
import { type Board, makeBoard, newUser, submit, uniqueKey } from '../test-leaderboards.ts'
import { fraudRulesUpdate } from './fraud-rules.update.ts'

const change = (board: Board, ruleId: string, json: object, headers: Record<string, string> = {}) =>
  call(fraudRulesUpdate, {
    params: { leaderboardId: board.id, ruleId },
    json,
    headers,
    caller: board.caller,
  })

describe('fraud-rules.update', () => {
  test('200 switched on: what was recorded before is done from now on', async () => {
    const board = await makeBoard()
    const userId = await newUser(board.caller.projectId)
    const { body: rule } = await addRule(board, { action: 'reject', shadow: true })
    expect((await submit(board, { userId, score: 101 })).status).toBe(200)
    const headers = uniqueKey()
    const changed = await change(board, rule.id, { shadow: false }, headers)
    expect(changed.body).toEqual({ ...rule, shadow: false })
    expect((await change(board, rule.id, { shadow: false }, headers)).body).toEqual(changed.body)
    const conflict = await change(board, rule.id, { shadow: true }, headers)
    expect(conflict.body.code).toBe('idempotency_conflict')
    const refused = await submit(board, { userId, score: 102 })
    expect(refused.body.code).toBe('submission_rejected')
    const { data } = await reviewsOf(board)
    expect(data.map(({ status }: { status: string }) => status)).toEqual(['rejected', 'shadow'])
  })

  test('404 fraud_rule_not_found and leaderboard_not_found, 400 for what is no rule', async () => {
    const board = await makeBoard()
    const { body: rule } = await addRule(board)
    const none = 'frl_00000000000000000000000000'
    expect((await change(board, none, { name: 'x' })).body.code).toBe('fraud_rule_not_found')
    const other = await makeBoard({}, board.caller)
    expect((await change(other, rule.id, { name: 'x' })).body.code).toBe('fraud_rule_not_found')
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await change(foreign, rule.id, {})).body.code).toBe('leaderboard_not_found')
    expect((await change(board, rule.id, { action: 'ban' })).status).toBe(400)
  })
})
