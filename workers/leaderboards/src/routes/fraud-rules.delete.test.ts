import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule, reviewsOf } from '../test-fraud.ts'
import { type Board, makeBoard, newUser, submit, uniqueKey } from '../test-leaderboards.ts'
import { fraudRulesDelete } from './fraud-rules.delete.ts'

const remove = (board: Board, ruleId: string, headers: Record<string, string> = {}) =>
  call(fraudRulesDelete, {
    params: { leaderboardId: board.id, ruleId },
    headers,
    caller: board.caller,
  })

describe('fraud-rules.delete', () => {
  test('204 and it holds no more; what it has hit stays', async () => {
    const board = await makeBoard()
    const userId = await newUser(board.caller.projectId)
    const { body: rule } = await addRule(board, { action: 'reject' })
    expect((await submit(board, { userId, score: 101 })).status).toBe(409)
    const headers = uniqueKey()
    expect((await remove(board, rule.id, headers)).status).toBe(204)
    expect((await remove(board, rule.id, headers)).status).toBe(204)
    const { body: other } = await addRule(board, { shadow: true })
    expect((await remove(board, other.id, headers)).body.code).toBe('idempotency_conflict')
    expect((await submit(board, { userId, score: 101 })).status).toBe(200)
    expect((await reviewsOf(board, { status: 'rejected' })).data).toMatchObject([
      { ruleId: rule.id },
    ])
  })

  test('404 fraud_rule_not_found and leaderboard_not_found', async () => {
    const board = await makeBoard()
    const { body: rule } = await addRule(board)
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await remove(foreign, rule.id)).body.code).toBe('leaderboard_not_found')
    await remove(board, rule.id)
    expect((await remove(board, rule.id)).body.code).toBe('fraud_rule_not_found')
  })
})
