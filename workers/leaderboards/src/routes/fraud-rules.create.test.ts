import { anonymous, call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule } from '../test-fraud.ts'
import { makeBoard, newUser, submit, uniqueKey } from '../test-leaderboards.ts'
import { fraudRulesCreate } from './fraud-rules.create.ts'
import { fraudRulesList } from './fraud-rules.list.ts'

describe('fraud-rules.create', () => {
  test('201 in shadow mode unless told otherwise', async () => {
    const board = await makeBoard()
    const { status, body } = await addRule(board, { shadow: undefined })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      name: 'Too good',
      condition: { kind: 'score_outside', min: 0, max: 100 },
      action: 'quarantine',
      shadow: true,
      priority: 100,
    })
  })

  test('201 and the next score is judged by it, also on a board that has scores', async () => {
    const board = await makeBoard()
    const userId = await newUser(board.caller.projectId)
    expect((await submit(board, { userId, score: 101 })).status).toBe(200)
    await addRule(board, { action: 'reject' })
    const refused = await submit(board, { userId, score: 102 })
    expect(refused).toMatchObject({ status: 409, body: { code: 'submission_rejected' } })
    expect(JSON.stringify(refused.body)).not.toMatch(/100|Too good|frl_/)
  })

  test('201 once for a key, ten at once are ten', async () => {
    const board = await makeBoard()
    const headers = uniqueKey()
    const [first, again] = [await addRule(board, {}, headers), await addRule(board, {}, headers)]
    expect(again.body).toEqual(first.body)
    const other = await addRule(board, { name: 'Other' }, headers)
    expect(other.body.code).toBe('idempotency_conflict')
    await Promise.all(Array.from({ length: 10 }, () => addRule(board)))
    const params = { leaderboardId: board.id }
    const { body } = await call(fraudRulesList, { params, caller: board.caller })
    expect(body.data).toHaveLength(11)
  })

  test('409 fraud_rules_full with 20 rules', async () => {
    const board = await makeBoard()
    for (let count = 0; count < 20; count++) expect((await addRule(board)).status).toBe(201)
    expect(await addRule(board)).toMatchObject({ status: 409, body: { code: 'fraud_rules_full' } })
  }, 120_000)

  test.each([
    ['/body/condition', { condition: { kind: 'change_above', change: -1 } }],
    ['/body/condition', { condition: { kind: 'interval_below', seconds: 3_601 } }],
    ['/body/condition', { condition: { kind: 'score_outside', min: 2, max: 1 } }],
    ['/body/condition', { condition: { kind: 'submissions_above', perHour: 0 } }],
    ['/body/condition', { condition: { kind: 'z_score_above', zScore: 3, entriesMin: 9 } }],
    ['/body/condition', { condition: { kind: 'unknown' } }],
    ['/body/action', { action: 'ban' }],
    ['/body/priority', { priority: 1_001 }],
    ['/body/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    const board = await makeBoard()
    const { status, body } = await addRule(board, change)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors[0].pointer).toContain(pointer)
  })

  test('404 leaderboard_not_found for another project’s, 401 and 403 for who is no server', async () => {
    const board = await makeBoard({ public: true })
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await addRule(foreign)).body.code).toBe('leaderboard_not_found')
    const as = (caller: object) =>
      call(fraudRulesCreate, { params: { leaderboardId: board.id }, json: {}, caller })
    expect((await as(anonymous())).status).toBe(401)
    expect((await as(player('usr_1'))).status).toBe(403)
    expect((await as({ scopes: ['scores:write'] })).status).toBe(403)
  })
})
