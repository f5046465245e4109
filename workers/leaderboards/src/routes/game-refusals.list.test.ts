import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { countGames } from '../game-counting.ts'
import { announceAll, boundBoard, boundTo, round } from '../test-games.ts'
import { bindings, makeBoard, newUsers } from '../test-leaderboards.ts'
import { gameRefusalsList } from './game-refusals.list.ts'

describe('game-refusals.list', () => {
  test('200 what was not counted, newest first, page by page', async () => {
    const board = await boundBoard({ attemptsMax: 1 })
    const [ada] = await newUsers(1, board.caller.projectId)
    const events = [round(ada!), round(ada!), round(ada!), round(ada!)]
    await announceAll(board, events)
    await countGames(bindings, await boundTo(board))
    const list = (query: Record<string, string>) =>
      call(gameRefusalsList, {
        params: { leaderboardId: board.id },
        query,
        caller: board.caller,
      })
    const first = (await list({ limit: '2' })).body
    const second = (await list({ limit: '2', cursor: first.nextCursor })).body
    const listed = [...first.data, ...second.data].map(({ eventId }) => eventId as string)
    const refused = events.slice(1).map(({ id }) => id)
    expect(listed).toEqual(refused.toReversed())
    expect(second.nextCursor).toBeNull()
    expect((await list({ cursor: 'x.y' })).body.code).toBe('invalid_request')
  })

  test('404 leaderboard_not_found for another project’s, 403 for a player', async () => {
    const board = await makeBoard({ public: true })
    const params = { leaderboardId: board.id }
    const { caller } = await makeBoard()
    const foreign = await call(gameRefusalsList, { params, caller })
    expect(foreign.body.code).toBe('leaderboard_not_found')
    const asPlayer = { ...player('usr_1'), projectId: board.caller.projectId }
    expect((await call(gameRefusalsList, { params, caller: asPlayer })).status).toBe(403)
  })
})
