import { sendNotes } from '@coinop/shared/audit'
import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { reviewedBoard, reviewsOf } from '../test-fraud.ts'
import { bindings, type Board, db, standingOf } from '../test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, expire } from '../test-seasons.ts'
import { reviewsRestore } from './reviews.restore.ts'
import { reviewsConfirm } from './reviews.confirm.ts'

const decide = (
  route: typeof reviewsRestore | typeof reviewsConfirm,
  board: Board,
  reviewId: string,
  query: Record<string, string> = {},
) => call(route, { params: { leaderboardId: board.id, reviewId }, query, caller: board.caller })

describe('reviews.restore', () => {
  test('200 once, however often it is sent, also ten times at once; noted once for the audit log', async () => {
    const { board, honest, cheat, review } = await reviewedBoard()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => decide(reviewsRestore, board, review.id)),
    )
    for (const { status, body } of answers) {
      expect([status, body.status, body.userId]).toEqual([200, 'restored', cheat])
      expect(body.decidedAt).not.toBeNull()
    }
    expect(await standingOf(board)).toEqual([
      [cheat, 1_000],
      [honest, 50],
    ])
    expect(honest).not.toBe(cheat)
    expect((await reviewsOf(board, { status: 'open' })).data).toEqual([])
    await sendNotes(db, bindings.AUTH_AUDIT)
    const select = `SELECT action FROM audit_entries WHERE subject = ?`
    const { results } = await bindings.AUTH_DB.prepare(select).bind(review.id).all()
    expect(results).toEqual([{ action: 'reviews.restore' }])
  })

  test('409 review_decided when it was decided otherwise, and nothing changes', async () => {
    const { board, review } = await reviewedBoard()
    await decide(reviewsConfirm, board, review.id)
    const before = await standingOf(board)
    const late = await decide(reviewsRestore, board, review.id)
    expect(late).toMatchObject({ status: 409, body: { code: 'review_decided' } })
    expect(await standingOf(board)).toEqual(before)
  })

  test('409 season_closed when the season is over; 404 without naming it, and when it is gone', async () => {
    const { board, review } = await reviewedBoard()
    const season = await currentSeasonOf(board)
    await closeSeasonOf(board)
    const codeOf = async (query: Record<string, string>) =>
      (await decide(reviewsRestore, board, review.id, query)).body.code
    expect(await codeOf({ season })).toBe('season_closed')
    expect(await codeOf({})).toBe('review_not_found')
    expect(await codeOf({ season: 'sea_00000000000000000000000000' })).toBe('season_not_found')
    await expire(board.id)
    expect(await codeOf({ season })).toBe('season_evicted')
  })

  test('404 for a review of another board and of another project, 403 for a player', async () => {
    const { board, cheat, review } = await reviewedBoard()
    const other = await reviewedBoard()
    const wrong = await decide(reviewsRestore, other.board, review.id)
    expect(wrong.body.code).toBe('review_not_found')
    const foreign = { ...board, caller: other.board.caller }
    expect((await decide(reviewsRestore, foreign, review.id)).body.code).toBe(
      'leaderboard_not_found',
    )
    const caller = { ...player(cheat), projectId: board.caller.projectId }
    expect((await decide(reviewsRestore, { ...board, caller }, review.id)).status).toBe(403)
    expect((await reviewsOf(board, { status: 'open' })).data).toHaveLength(1)
  })
})
