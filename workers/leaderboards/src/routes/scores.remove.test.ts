import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  type Board,
  makeBoard,
  standingOf,
  submit,
  uniqueKey,
  withScores,
} from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf } from '../test-seasons.ts'
import { scoresRemove } from './scores.remove.ts'

const remove = (board: Board, userId: string, headers: Record<string, string> = {}) =>
  call(scoresRemove, { json: { leaderboardId: board.id, userId }, headers, caller: board.caller })

describe('scores.remove', () => {
  test('200 removed, then nothing to remove; a score added again is as if new', async () => {
    const board = await makeBoard()
    const [ada, grace] = await withScores(board, [2, 1])
    expect((await remove(board, ada!)).body).toMatchObject({ removed: true })
    expect((await remove(board, ada!)).body).toMatchObject({ removed: false })
    expect(await standingOf(board)).toEqual([[grace, 1]])
    const again = await submit(board, { userId: ada!, score: 0 })
    expect(again.body).toMatchObject({ rank: 2, previousScore: null, attempts: 1 })
  })

  test('200 the first answer for the same key, 409 idempotency_conflict for another user', async () => {
    const board = await makeBoard()
    const [ada, grace] = await withScores(board, [2, 1])
    const headers = uniqueKey()
    await remove(board, ada!, headers)
    await submit(board, { userId: ada!, score: 3 })
    expect((await remove(board, ada!, headers)).body).toMatchObject({ removed: true })
    expect((await standingOf(board)).length).toBe(2)
    expect((await remove(board, grace!, headers)).body.code).toBe('idempotency_conflict')
  })

  test('200 a key that comes again after the season has ended leaves the score of the next one', async () => {
    const board = await makeBoard()
    const [ada, grace] = await withScores(board, [2, 1])
    const [headers, others] = [uniqueKey(), uniqueKey()]
    const first = await remove(board, ada!, headers)
    await closeSeasonOf(board)
    await submit(board, { userId: ada!, score: 3 })
    expect((await remove(board, ada!, headers)).body).toEqual(first.body)
    expect((await remove(board, grace!, headers)).body.code).toBe('idempotency_conflict')
    expect(await standingOf(board)).toEqual([[ada, 3]])
    expect((await remove(board, ada!, others)).body).toMatchObject({ removed: true })
    expect(await standingOf(board)).toEqual([])
  })

  test('200 touches the season of now only', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [2])
    const over = await currentSeasonOf(board)
    await closeSeasonOf(board)
    expect((await remove(board, ada!)).body).toMatchObject({ removed: false })
    expect(await standingOf(board, over)).toEqual([[ada, 2]])
  })

  test('404 leaderboard_not_found for another project’s, 403 for a player', async () => {
    const board = await makeBoard({ public: true, authoritative: false })
    const [ada] = await withScores(board, [2])
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await remove(foreign, ada!)).body.code).toBe('leaderboard_not_found')
    const caller = { ...player(ada!), projectId: board.caller.projectId }
    expect((await remove({ ...board, caller }, ada!)).status).toBe(403)
  })
})
