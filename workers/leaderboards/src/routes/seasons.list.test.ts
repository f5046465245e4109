import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeBoard, seasonsOf, storedSeasons, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf } from '../test-seasons.ts'
import { seasonsList } from './seasons.list.ts'

describe('seasons.list', () => {
  test('200 newest first in pages; the season of now is there before its first score, unstored', async () => {
    const board = await makeBoard()
    expect(await seasonsOf(board)).toMatchObject([{ number: 1, status: 'open' }])
    expect(await storedSeasons(board.id)).toEqual([])
    for (let count = 0; count < 3; count++) {
      await withScores(board, [1])
      await closeSeasonOf(board)
    }
    const params = { leaderboardId: board.id }
    const first = await call(seasonsList, { params, query: { limit: '3' }, caller: board.caller })
    const query = { limit: '3', cursor: first.body.nextCursor as string }
    const second = await call(seasonsList, { params, query, caller: board.caller })
    const all = [...first.body.data, ...second.body.data] as { number: number; status: string }[]
    expect(all.map(({ number, status }) => [number, status])).toEqual([
      [4, 'open'],
      [3, 'closed'],
      [2, 'closed'],
      [1, 'closed'],
    ])
    expect(second.body.nextCursor).toBeNull()
  })

  test('each season begins at the instant the one before it ended', async () => {
    const board = await makeBoard()
    for (let count = 0; count < 3; count++) await closeSeasonOf(board)
    const { body } = await call(seasonsList, {
      params: { leaderboardId: board.slug },
      caller: board.caller,
    })
    const all = body.data.toReversed() as { startsAt: string; closedAt: string }[]
    for (const [index, { closedAt }] of all.slice(0, -1).entries()) {
      expect(all[index + 1]!.startsAt).toBe(closedAt)
    }
  })

  test('404 leaderboard_not_found for another project, 401 for nobody', async () => {
    const board = await makeBoard({ public: true })
    const params = { leaderboardId: board.id }
    const { caller } = await makeBoard()
    expect((await call(seasonsList, { params, caller })).body.code).toBe('leaderboard_not_found')
    expect((await call(seasonsList, { params, caller: anonymous() })).status).toBe(401)
  })
})
