import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { addRule, reviewedBoard, reviewsOf } from '../test-fraud.ts'
import { expire, closeSeasonOf, currentSeasonOf } from '../test-seasons.ts'
import { makeBoard, standingOf, submit, withScores } from '../test-leaderboards.ts'
import { leaderboardsRank } from './leaderboards.rank.ts'
import { reviewsList } from './reviews.list.ts'

const idsOf = ({ data }: { data: { id: string }[] }) => data.map(({ id }) => id)

describe('reviews.list', () => {
  test('200 what is in quarantine, which its owner sees as it was answered, and nobody else', async () => {
    const { board, honest, cheat, answer, review } = await reviewedBoard()
    expect(answer).toMatchObject({ status: 200, body: { rank: 1, score: 1_000, applied: true } })
    expect(review).toMatchObject({
      userId: cheat,
      action: 'quarantine',
      status: 'open',
      reason: '1000 is not between 0 and 100.',
      score: 1_000,
      hits: 1,
      decidedAt: null,
    })
    expect(await standingOf(board)).toEqual([[honest, 50]])
    const rankAs = (caller: object) =>
      call(leaderboardsRank, { params: { leaderboardId: board.id, userId: cheat }, caller })
    const { projectId } = board.caller
    expect(await rankAs({ ...player(honest), projectId })).toMatchObject({ status: 404 })
    const own = await rankAs({ ...player(cheat), projectId })
    expect(own).toMatchObject({ status: 200, body: { rank: 1, score: 1_000 } })
    expect(JSON.stringify(own.body)).not.toContain('quarantine')
  })

  test('200 newest first, page by page, by status and user', async () => {
    const board = await makeBoard()
    await addRule(board, { action: 'flag' })
    await addRule(board, { shadow: true, action: 'reject', priority: 1 })
    const userIds = await withScores(board, [101, 102, 103])
    const all = await reviewsOf(board)
    expect(all.data.map(({ userId }: { userId: string }) => userId)).toEqual(
      userIds.toReversed().flatMap((userId) => [userId, userId]),
    )
    const open = await reviewsOf(board, { status: 'open' })
    expect(open.data).toHaveLength(3)
    const first = await reviewsOf(board, { status: 'open', limit: '2' })
    const rest = await reviewsOf(board, { status: 'open', limit: '2', cursor: first.nextCursor })
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(idsOf(open))
    expect(rest.nextCursor).toBeNull()
    const mine = await reviewsOf(board, { status: 'shadow', userId: userIds[0]! })
    expect(mine.data).toMatchObject([{ userId: userIds[0], status: 'shadow' }])
    const wrong = await reviewsOf(board, { status: 'shadow', cursor: first.nextCursor })
    expect(wrong.code).toBe('invalid_request')
    // What a user repeats is no further review.
    await submit(board, { userId: userIds[0]!, score: 200 })
    expect((await reviewsOf(board)).data).toHaveLength(6)
  })

  test('200 of a season that is over, 404 of none and of one that is gone', async () => {
    const { board, review } = await reviewedBoard()
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board)
    expect((await reviewsOf(board)).data).toEqual([])
    expect(idsOf(await reviewsOf(board, { season }))).toEqual([review.id])
    const none = await reviewsOf(board, { season: 'sea_00000000000000000000000000' })
    expect(none.code).toBe('season_not_found')
    await expire(board.id)
    expect((await reviewsOf(board, { season })).code).toBe('season_evicted')
  })

  test('404 leaderboard_not_found for another project’s public board too, 403 for a player', async () => {
    const { board, cheat } = await reviewedBoard()
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await reviewsOf(foreign)).code).toBe('leaderboard_not_found')
    const caller = { ...player(cheat), projectId: board.caller.projectId }
    const params = { leaderboardId: board.id }
    expect((await call(reviewsList, { params, caller })).status).toBe(403)
  })
})
