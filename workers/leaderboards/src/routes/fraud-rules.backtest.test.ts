import { anonymous, call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule, newRule, reviewsOf } from '../test-fraud.ts'
import { type Board, makeBoard, standingOf, submit, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, expire } from '../test-seasons.ts'
import { fraudRulesBacktest } from './fraud-rules.backtest.ts'
import { fraudRulesList } from './fraud-rules.list.ts'

const above = (max: number, more: object = {}) => ({
  name: `Above ${max}`,
  condition: { kind: 'score_outside', min: 0, max },
  action: 'reject',
  ...more,
})
const tryOn = (board: Board, json: object, query: Record<string, string> = {}) =>
  call(fraudRulesBacktest, {
    params: { leaderboardId: board.id },
    json,
    query,
    caller: board.caller,
  })

describe('fraud-rules.backtest', () => {
  test('200 how many each rule would have hit, with examples, and nothing changes', async () => {
    const board = await makeBoard()
    const userIds = await withScores(board, [50, 150, 250])
    const rules = [above(200), above(100, { action: 'quarantine' }), above(10, { shadow: true })]
    const { status, body } = await tryOn(board, { rules, examplesMax: 2 })
    expect(status).toBe(200)
    expect(body).toMatchObject({
      changes: 3,
      submissions: 3,
      assumed: 0,
      accepted: 0,
      flagged: 0,
      quarantined: 1,
      rejected: 1,
      rules: [
        { rule: 0, name: 'Above 200', hits: 1 },
        { rule: 1, name: 'Above 100', hits: 1 },
        { rule: 2, name: 'Above 10', hits: 3 },
      ],
      examples: [
        { userId: userIds[0], score: 50, rule: 2, reason: '50 is not between 0 and 10.' },
        { userId: userIds[1], score: 150, rule: 1, reason: '150 is not between 0 and 100.' },
      ],
      nextCursor: null,
    })
    expect(body.from).toBe(body.keptFrom)
    expect(await standingOf(board)).toHaveLength(3)
    expect((await reviewsOf(board)).data).toEqual([])
    const params = { leaderboardId: board.id }
    expect((await call(fraudRulesList, { params, caller: board.caller })).body.data).toEqual([])
  })

  test('200 the same rule, switched on, hits what it would have hit', async () => {
    const board = await makeBoard({ operator: 'latest' })
    await addRule(board, { shadow: true })
    const [userId] = await withScores(board, [101])
    for (const score of [50, 102, 99, 103]) await submit(board, { userId: userId!, score })
    const [review] = (await reviewsOf(board)).data
    const { body } = await tryOn(board, { rules: [newRule] })
    expect(body).toMatchObject({ quarantined: review.hits, rules: [{ hits: 3 }] })
    expect(body.examples.at(-1)).toMatchObject({ score: review.score, reason: review.reason })
  })

  test('200 page by page: the pages add up to the whole, and a cursor is of one trial', async () => {
    const board = await makeBoard()
    await withScores(board, [150, 50, 160, 170, 60])
    const json = { rules: [above(100)] }
    const pages = []
    for (let query: Record<string, string> = { limit: '2' }; ;) {
      const { body } = await tryOn(board, json, query)
      pages.push(body)
      if (body.nextCursor === null) break
      query = { limit: '2', cursor: body.nextCursor }
    }
    expect(pages.map(({ changes, rejected }) => [changes, rejected])).toEqual([
      [2, 1],
      [2, 2],
      [1, 0],
    ])
    const cursor = pages[0].nextCursor
    const other = await tryOn(board, { rules: [above(99)] }, { cursor })
    expect(other).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test('200 of a season that is over, 404 season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    await withScores(board, [150])
    const { body: closed } = await closeSeasonOf(board)
    const json = { rules: [above(100)] }
    expect((await tryOn(board, json)).body).toMatchObject({
      changes: 0,
      from: null,
      keptFrom: null,
    })
    const past = await tryOn(board, json, { season: closed.id })
    expect(past.body).toMatchObject({ seasonId: closed.id, rejected: 1 })
    const season = 'sea_00000000000000000000000000'
    expect((await tryOn(board, json, { season })).body.code).toBe('season_not_found')
    await expire(board.id)
    expect((await tryOn(board, json, { season: closed.id })).body.code).toBe('season_evicted')
  })

  test.each([
    ['/body/rules', { rules: [] }],
    ['/body/rules', { rules: Array.from({ length: 21 }, () => above(1)) }],
    ['/body/rules/0/condition', { rules: [above(-1)] }],
    ['/body/rules/0/id', { rules: [above(1, { id: 'frl_1' })] }],
    ['/body/examplesMax', { examplesMax: 101 }],
    ['/body/from', { from: 'yesterday' }],
    ['/body/to', { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T00:00:00Z' }],
    ['/body/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    const board = await makeBoard()
    const { status, body } = await tryOn(board, { rules: [above(1)], ...change })
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors[0].pointer).toContain(pointer)
  })

  test.each([{ limit: '0' }, { limit: '10001' }, { cursor: 'x.y' }, { season: 'now' }])(
    '400 invalid_request for %j',
    async (query: Record<string, string>) => {
      const { body } = await tryOn(await makeBoard(), { rules: [above(1)] }, query)
      expect(body.code).toBe('invalid_request')
    },
  )

  test('404 leaderboard_not_found for another project’s, 401 and 403 for who is no server', async () => {
    const board = await makeBoard({ public: true, authoritative: false })
    const json = { rules: [above(1)] }
    const { caller } = await makeBoard()
    expect((await tryOn({ ...board, caller }, json)).body.code).toBe('leaderboard_not_found')
    const as = (who: object) =>
      call(fraudRulesBacktest, { params: { leaderboardId: board.id }, json, caller: who })
    expect((await as(anonymous())).status).toBe(401)
    const { projectId } = board.caller
    expect((await as({ ...player('usr_1'), projectId })).status).toBe(403)
    expect((await as({ scopes: ['scores:write'] })).status).toBe(403)
  })
})
