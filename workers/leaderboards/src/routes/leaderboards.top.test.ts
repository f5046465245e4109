import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  type Board,
  makeBoard,
  newProject,
  newUser,
  submit,
  withScores,
} from '../test-leaderboards.ts'
import { closeSeasonOf as close, currentSeasonOf, expire } from '../test-seasons.ts'
import { leaderboardsTop } from './leaderboards.top.ts'

const top = ({ id, caller }: Pick<Board, 'id' | 'caller'>, query: Record<string, string> = {}) =>
  call(leaderboardsTop, { params: { leaderboardId: id }, query, caller })
const scoresOf = ({ body }: Awaited<ReturnType<typeof top>>) =>
  body.data.map(({ score }: { score: number }) => score)
describe('leaderboards.top', () => {
  test('200 the best first, with ranks, and an empty board before the first score', async () => {
    const board = await makeBoard()
    expect((await top(board)).body).toMatchObject({ total: 0, data: [], nextCursor: null })
    await withScores(board, [10, 30.5, -20])
    const { body } = await top(board)
    expect(body).toMatchObject({ total: 3, nextCursor: null, previousCursor: null, me: null })
    expect(body.data.map(({ rank }: { rank: number }) => rank)).toEqual([1, 2, 3])
    expect(scoresOf(await top(board))).toEqual([30.5, 10, -20])
  })

  test('200 pages both ways without a gap, while scores move', async () => {
    const board = await makeBoard()
    await withScores(board, [50, 40, 30, 20, 10])
    const first = await top(board, { limit: '2' })
    await withScores(board, [60])
    const second = await top(board, { limit: '2', cursor: first.body.nextCursor })
    expect([scoresOf(first), scoresOf(second)]).toEqual([
      [50, 40],
      [30, 20],
    ])
    const back = await top(board, { limit: '2', cursor: second.body.previousCursor })
    expect(scoresOf(back)).toEqual([50, 40])
    const start = await top(board, { limit: '2', cursor: back.body.previousCursor })
    expect(scoresOf(start)).toEqual([60])
  })

  test('200 `me` of a player, of whomever a server names, and null without an entry', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [1, 2])
    const me = { rank: 2, userId: ada, score: 1 }
    const by = { ...player(ada!), projectId: board.caller.projectId }
    expect((await top({ ...board, caller: by }, { limit: '1' })).body).toMatchObject({ me })
    expect((await top(board, { limit: '1', me: ada! })).body).toMatchObject({ me })
    expect((await top(board, { me: await newUser(board.caller.projectId) })).body.me).toBeNull()
  })

  test('200 a cursor stays in its season after a reset; a past season by its id', async () => {
    const board = await makeBoard()
    await withScores(board, [3, 2, 1])
    const first = await top(board, { limit: '2' })
    const season = first.body.seasonId as string
    await close(board, season)
    await withScores(board, [100])
    expect(scoresOf(await top(board))).toEqual([100])
    const second = await top(board, { limit: '2', cursor: first.body.nextCursor })
    expect([second.body.seasonId, scoresOf(second)]).toEqual([season, [1]])
    expect(scoresOf(await top(board, { season }))).toEqual([3, 2, 1])
  })

  test('200 a public board for everybody: without a credential, and with another project’s', async () => {
    const board = await makeBoard({ public: true })
    await withScores(board, [7])
    for (const caller of [anonymous(), await newProject(), publishableKey()]) {
      const answer = await top({ id: board.id, caller: caller })
      expect([answer.status, scoresOf(answer)]).toEqual([200, [7]])
    }
  })

  test('404 leaderboard_not_found, the same for a private board, a slug of elsewhere and nothing at all', async () => {
    const board = await makeBoard()
    const open = await makeBoard({ public: true })
    await withScores(board, [1])
    const missing = await top({ ...board, id: 'brd_00000000000000000000000000' })
    expect(missing).toMatchObject({ status: 404, body: { code: 'leaderboard_not_found' } })
    for (const caller of [anonymous(), await newProject()]) {
      for (const id of [board.id, board.slug, open.slug]) {
        const { body } = await top({ id, caller })
        expect({ ...body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
      }
    }
    expect((await top({ ...board, id: board.slug })).status).toBe(200)
  })

  test('404 season_not_found for another board’s, season_evicted once its time is over', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const other = await makeBoard({}, board.caller)
    await withScores(board, [1])
    const season = await currentSeasonOf(board)
    expect((await top(other, { season })).body.code).toBe('season_not_found')
    await close(board, season)
    expect((await top(board, { season })).status).toBe(200)
    await expire(board.id)
    expect((await top(board, { season })).body.code).toBe('season_evicted')
  })

  test('400 invalid_request for a cursor of another board, and with another season', async () => {
    const board = await makeBoard()
    const other = await makeBoard({}, board.caller)
    await withScores(board, [2, 1])
    await withScores(other, [1])
    const cursor = (await top(board, { limit: '1' })).body.nextCursor as string
    expect((await top(other, { cursor })).body.code).toBe('invalid_request')
    const season = await currentSeasonOf(other)
    expect((await top(board, { cursor, season })).body.code).toBe('invalid_request')
    expect((await top(board, { limit: '101' })).body.code).toBe('invalid_request')
  })

  test('200 the metadata and the further keys of the run that stands', async () => {
    const keys = [
      { name: 'points', sort: 'desc' },
      { name: 'seconds', sort: 'asc' },
    ]
    const board = await makeBoard({ keys })
    const [ada, grace] = [
      await newUser(board.caller.projectId),
      await newUser(board.caller.projectId),
    ]
    const run = (userId: string, score: number, seconds: number) =>
      submit(board, { userId, score, keys: { seconds }, metadata: { run: seconds } })
    await run(ada, 10, 60)
    await run(grace, 10, 50)
    await run(ada, 9, 10)
    const { body } = await top(board)
    expect(body.data).toMatchObject([
      { userId: grace, rank: 1, score: 10, keys: { seconds: 50 }, metadata: { run: 50 } },
      { userId: ada, rank: 2, score: 10, keys: { seconds: 60 }, metadata: { run: 60 } },
    ])
  })
})
