import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeBoard, newUsers, storedSeasons, submit, withScores } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { snapshotOf, takeSnapshot } from '../test-snapshots.ts'
import { snapshotsGet } from './snapshots.get.ts'

describe('snapshots.get', () => {
  test('200 what stood then, with keys, page by page, whatever stands now', async () => {
    const keys = [
      { name: 'points', sort: 'desc' },
      { name: 'seconds', sort: 'asc' },
    ]
    const board = await makeBoard({ keys })
    const [ada, grace, edsger] = await withScoresAndSeconds(board, [10, 20, 30])
    const { body: taken } = await takeSnapshot(board)
    await submit(board, { userId: ada!, score: 100, keys: { seconds: 1 } })
    const first = (await snapshotOf(board, taken.day, { limit: '2' })).body
    const query = { limit: '2', cursor: first.nextCursor }
    const second = (await snapshotOf(board, taken.day, query)).body
    expect([...first.data, ...second.data]).toEqual([
      { rank: 1, userId: edsger, score: 30, keys: { seconds: 5 } },
      { rank: 2, userId: grace, score: 20, keys: { seconds: 5 } },
      { rank: 3, userId: ada, score: 10, keys: { seconds: 5 } },
    ])
    expect(first).toMatchObject({ day: taken.day, total: 3, takenAt: taken.takenAt })
    expect(second.nextCursor).toBeNull()
    await takeSnapshot(board)
    expect((await snapshotOf(board, taken.day, query)).body.code).toBe('invalid_request')
  })

  test.each(['2026-02-30', 'yesterday', '1', '2026-11-29T00:00:00Z'])(
    '400 invalid_request for the day %s',
    async (day) => {
      const board = await makeBoard()
      expect((await snapshotOf(board, day)).body.code).toBe('invalid_request')
    },
  )

  test('404 snapshot_not_found, season_not_found and season_evicted', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    await withScores(board, [1])
    const { body: taken } = await takeSnapshot(board)
    expect((await snapshotOf(board, '2020-01-01')).body.code).toBe('snapshot_not_found')
    const other = await makeBoard()
    await withScores(other, [1])
    const season = (await storedSeasons(other.id))[0]!.id
    expect((await snapshotOf(board, taken.day, { season })).body.code).toBe('season_not_found')
    const own = await currentSeasonOf(board)
    await closeSeasonOf(board, own)
    await expire(board.id)
    const gone = await snapshotOf(board, taken.day, { season: own })
    expect(gone.body.code).toBe('season_evicted')
  })

  test('404 leaderboard_not_found to strangers; a public board’s are for everybody', async () => {
    const [secret, open] = [await makeBoard(), await makeBoard({ public: true })]
    await withScores(open, [1])
    const { body } = await takeSnapshot(open)
    const as = (leaderboardId: string) =>
      call(snapshotsGet, { params: { leaderboardId, day: body.day }, caller: anonymous() })
    expect((await as(secret.id)).body.code).toBe('leaderboard_not_found')
    expect((await as(open.id)).status).toBe(200)
  })
})

async function withScoresAndSeconds(
  board: Awaited<ReturnType<typeof makeBoard>>,
  scores: number[],
): Promise<string[]> {
  const userIds = await newUsers(scores.length, board.caller.projectId)
  for (const [index, score] of scores.entries()) {
    await submit(board, { userId: userIds[index]!, score, keys: { seconds: 5 } })
  }
  return userIds
}
