import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { reviewedBoard } from '../test-fraud.ts'
import { type Board, makeBoard } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { reviewsGet } from './reviews.get.ts'

const get = (board: Board, reviewId: string, query: Record<string, string> = {}) =>
  call(reviewsGet, {
    params: { leaderboardId: board.id, reviewId },
    query,
    caller: board.caller,
  })

describe('reviews.get', () => {
  test('200 as it is listed, of a season that is over, too', async () => {
    const { board, review } = await reviewedBoard({ action: 'flag' })
    expect(await get(board, review.id)).toMatchObject({ status: 200, body: review })
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board)
    expect((await get(board, review.id)).body.code).toBe('review_not_found')
    expect((await get(board, review.id, { season })).body).toEqual(review)
  })

  test('404 review_not_found, leaderboard_not_found, season_not_found, season_evicted', async () => {
    const { board, review } = await reviewedBoard()
    const none = 'rvw_00000000000000000000000000'
    expect((await get(board, none)).body.code).toBe('review_not_found')
    const empty = await makeBoard({}, board.caller)
    expect((await get(empty, review.id)).body.code).toBe('review_not_found')
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await get(foreign, review.id)).body.code).toBe('leaderboard_not_found')
    const season = await currentSeasonOf(board)
    const wrong = { season: 'sea_00000000000000000000000000' }
    expect((await get(board, review.id, wrong)).body.code).toBe('season_not_found')
    await closeSeasonOf(board)
    await expire(board.id)
    expect((await get(board, review.id, { season })).body.code).toBe('season_evicted')
  })
})
