import { exports } from 'cloudflare:workers'
import { describe, expect, test } from 'vitest'
import type { LeaderboardsReads } from './rpc.ts'
import { makeBoard, withScores } from './test-leaderboards.ts'

const reads = () =>
  (exports as unknown as { LeaderboardsReads: Service<typeof LeaderboardsReads> }).LeaderboardsReads

describe('LeaderboardsReads', () => {
  test('says how a board stands, page by page, with the line of one user', async () => {
    const board = await makeBoard()
    const query = { board: board.slug, skip: 0, limit: 2, userId: '' }
    const empty = await reads().standing(board.caller, query)
    expect(empty).toMatchObject({ ok: true, value: { total: 0, lines: [], own: null } })
    const users = await withScores(board, [30, 20, 10])
    const own = { rank: 3, userId: users[2], score: 10 }
    const first = await reads().standing(board.caller, { ...query, userId: users[2]! })
    expect(first).toMatchObject({ ok: true, value: { total: 3, own } })
    const second = await reads().standing(board.caller, { ...query, skip: 2 })
    expect(second).toMatchObject({ ok: true, value: { lines: [own], own: null } })
    expect(await reads().boards(board.caller)).toMatchObject([{ id: board.id, slug: board.slug }])
  })

  test('knows no board of another project, also a public one', async () => {
    const [board, other] = [await makeBoard(), await makeBoard({ public: true })]
    for (const name of [other.id, other.slug, 'nothing']) {
      const query = { board: name, skip: 0, limit: 2, userId: '' }
      expect(await reads().standing(board.caller, query)).toEqual({
        ok: false,
        code: 'leaderboard_not_found',
      })
    }
  })
})
