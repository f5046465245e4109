import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  type Board,
  makeBoard,
  standingOf,
  storedBoard,
  submit,
  uniqueKey,
  withScores,
} from '../test-leaderboards.ts'
import { leaderboardsUpdate } from './leaderboards.update.ts'

const update = (board: Board, json: object, headers: Record<string, string> = {}) =>
  call(leaderboardsUpdate, {
    params: { leaderboardId: board.id },
    json,
    headers,
    caller: board.caller,
  })

describe('leaderboards.update', () => {
  test('200 what was given changes, the rest stays, and the version counts', async () => {
    const board = await makeBoard({ scoreMax: 10 })
    const schedule = { cron: '0 0 * * *', timeZone: 'Asia/Tokyo' }
    const answer = await update(board, { name: 'Other', scoreMax: null, schedule })
    expect(answer).toMatchObject({
      status: 200,
      body: { slug: board.slug, name: 'Other', scoreMax: null, schedule, version: 2 },
    })
    expect((await update(board, { schedule: null })).body).toMatchObject({ schedule: null })
  })

  test('the new rules hold for the next score', async () => {
    const board = await makeBoard()
    const [userId] = await withScores(board, [10])
    await update(board, { scoreMax: 15, operator: 'increment' })
    expect((await submit(board, { userId: userId!, score: 6 })).body.code).toBe(
      'score_out_of_bounds',
    )
    expect((await submit(board, { userId: userId!, score: 5 })).body.score).toBe(15)
  })

  test('ten changes at once are all there, one version each', async () => {
    const board = await makeBoard()
    const names = Array.from({ length: 10 }, (_, index) => `Name ${index}`)
    const answers = await Promise.all(names.map((name) => update(board, { name })))
    const versions = answers.map(({ body }) => body.version as number)
    expect(versions.toSorted((a, b) => a - b)).toEqual(names.map((_, index) => index + 2))
  })

  test('409 board_locked names the fields that scores have locked, and nothing else is changed', async () => {
    const board = await makeBoard()
    await withScores(board, [1, 2])
    const keys = [{ name: 'score', sort: 'asc' }]
    const answer = await update(board, { name: 'New', keys, tiePolicy: 'shared_dense' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'board_locked' } })
    const fields = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer)
    expect(fields).toEqual(['/body/keys', '/body/tiePolicy'])
    expect(await storedBoard(board.id)).toMatchObject({ name: 'A board', version: 1 })
    expect((await standingOf(board)).map(([, score]) => score)).toEqual([2, 1])
  })

  test('200 for locked fields that stay as they are, and for any before the first score', async () => {
    const board = await makeBoard()
    const keys = [{ name: 'score', sort: 'asc' }]
    expect((await update(board, { keys })).status).toBe(200)
    await withScores(board, [1, 2])
    expect((await update(board, { keys, name: 'New' })).status).toBe(200)
    expect((await standingOf(board)).map(([, score]) => score)).toEqual([1, 2])
  })

  test('the order and the first scores never disagree, however they race', async () => {
    for (let round = 0; round < 10; round++) {
      const board = await makeBoard()
      const keys = [{ name: 'score', sort: 'asc' }]
      const [changed] = await Promise.all([update(board, { keys }), withScores(board, [1, 2])])
      const order = (await standingOf(board)).map(([, score]) => score)
      expect(order).toEqual(changed.status === 200 ? [1, 2] : [2, 1])
      expect([200, 409]).toContain(changed.status)
    }
  }, 60_000)

  test('409 slug_taken by another board of the project', async () => {
    const board = await makeBoard()
    const other = await makeBoard({}, board.caller)
    const answer = await update(board, { slug: other.slug })
    expect(answer).toMatchObject({ status: 409, body: { code: 'slug_taken' } })
  })

  test('200 the first answer again, and 409 idempotency_conflict for another request', async () => {
    const [board, headers] = [await makeBoard(), uniqueKey()]
    const first = await update(board, { name: 'Once' }, headers)
    expect((await update(board, { name: 'Once' }, headers)).body).toEqual(first.body)
    const other = await update(board, { name: 'Twice' }, headers)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  test('404 leaderboard_not_found, 403 for a player, 400 for what contradicts what is there', async () => {
    const board = await makeBoard({ scoreMin: 5 })
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await update(foreign, { name: 'X' })).body.code).toBe('leaderboard_not_found')
    const by = { ...player('usr_1'), projectId: board.caller.projectId }
    expect((await update({ ...board, caller: by }, { name: 'X' })).status).toBe(403)
    const answer = await update(board, { scoreMax: 4 })
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/body/scoreMax' }] })
  })
})
