import { anonymous, call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { bindGame, storedBindings } from '../test-games.ts'
import { makeBoard, uniqueKey } from '../test-leaderboards.ts'
import { gameBindingsCreate } from './game-bindings.create.ts'

describe('game-bindings.create', () => {
  test('201 once for a key; idempotency_conflict with another body', async () => {
    const board = await makeBoard()
    const headers = uniqueKey()
    const first = await bindGame(board, { measure: 'net', currency: 'COIN' }, headers)
    expect(first).toMatchObject({
      status: 201,
      body: { gameId: 'dice', measure: 'net', currency: 'COIN', operator: null, failures: 0 },
    })
    const again = await bindGame(board, { measure: 'net', currency: 'COIN' }, headers)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await bindGame(board, { measure: 'wins' }, headers)
    expect(other.body.code).toBe('idempotency_conflict')
    expect(await storedBindings(board)).toHaveLength(1)
  })

  test('409 game_bindings_full: of 15 at once exactly 10 are made', async () => {
    const board = await makeBoard()
    const answers = await Promise.all(Array.from({ length: 15 }, () => bindGame(board)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    const refused = answers.filter(({ body }) => body.code === 'game_bindings_full')
    expect(refused).toHaveLength(5)
    expect(await storedBindings(board)).toHaveLength(10)
  })

  test.each([
    ['/body/currency', { measure: 'payout' }],
    ['/body/currency', { measure: 'net', currency: null }],
    ['/body/currency', { measure: 'skill_score', currency: 'COIN' }],
    ['/body/currency', { measure: 'net', currency: 'coin' }],
    ['/body/measure', { measure: 'luck' }],
    ['/body/gameId', { gameId: '../dice' }],
    ['/body/gameId', { gameId: 'x'.repeat(1_000) }],
    ['/body/operator', { operator: 'multiply' }],
    ['/body/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, wanted) => {
    const board = await makeBoard()
    const { status, body } = await bindGame(board, wanted)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(body.errors[0].pointer).toContain(pointer)
    expect(await storedBindings(board)).toEqual([])
  })

  test('400 invalid_request for a board with several keys: a game gives one number', async () => {
    const keys = ['score', 'seconds'].map((name) => ({ name, sort: 'desc' }))
    const board = await makeBoard({ keys })
    expect(await bindGame(board)).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test('404 leaderboard_not_found for another project’s, 401 and 403 for who is no server', async () => {
    const board = await makeBoard({ public: true })
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await bindGame(foreign)).body.code).toBe('leaderboard_not_found')
    const params = { leaderboardId: board.id }
    const as = (caller: object) => call(gameBindingsCreate, { params, json: {}, caller })
    expect((await as(anonymous())).status).toBe(401)
    expect((await as(player('usr_1'))).status).toBe(403)
    expect((await as({ scopes: ['scores:write'] })).status).toBe(403)
  })
})
