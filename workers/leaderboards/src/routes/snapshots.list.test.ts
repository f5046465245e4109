import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { boardSnapshots } from '../schema.ts'
import { db, makeBoard, storedSeasons, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { listOf, storedSnapshots, takeSnapshot } from '../test-snapshots.ts'
import { snapshotsList } from './snapshots.list.ts'

describe('snapshots.list', () => {
  test('200 those of the season, newest first, page by page', async () => {
    const board = await makeBoard()
    await withScores(board, [1])
    await takeSnapshot(board)
    const [taken] = await storedSnapshots(board)
    for (const day of ['2026-01-01', '2026-01-02']) {
      await db.insert(boardSnapshots).values({ ...taken!, day })
    }
    const first = (await listOf(board, { limit: '2' })).body
    const second = (await listOf(board, { limit: '2', cursor: first.nextCursor })).body
    const days = [...first.data, ...second.data].map(({ day }: { day: string }) => day)
    expect(days).toEqual([taken!.day, '2026-01-02', '2026-01-01'])
    expect(second.nextCursor).toBeNull()
    expect((await listOf(board, { cursor: 'x.y' })).body.code).toBe('invalid_request')
  })

  test('404 season_not_found, and season_evicted once it was kept long enough', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    await withScores(board, [1])
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board, season)
    await expire(board.id)
    expect((await listOf(board, { season })).body.code).toBe('season_evicted')
    const other = (await storedSeasons((await makeBoardWithScore()).id))[0]!
    expect((await listOf(board, { season: other.id })).body.code).toBe('season_not_found')
  })

  test('404 leaderboard_not_found to strangers; a public board’s are for everybody', async () => {
    const [secret, open] = [await makeBoard(), await makeBoard({ public: true })]
    const as = (leaderboardId: string) =>
      call(snapshotsList, { params: { leaderboardId }, caller: anonymous() })
    expect((await as(secret.id)).body.code).toBe('leaderboard_not_found')
    expect((await as(open.id)).status).toBe(200)
  })
})

async function makeBoardWithScore() {
  const board = await makeBoard()
  await withScores(board, [1])
  return board
}
