import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { bindGame } from '../test-games.ts'
import { makeBoard } from '../test-leaderboards.ts'
import { gameBindingsList } from './game-bindings.list.ts'

describe('game-bindings.list', () => {
  test('200 all of the board, oldest first, page by page; another list’s cursor is invalid_request', async () => {
    const board = await makeBoard()
    const made: string[] = []
    for (let count = 0; count < 3; count++) made.push((await bindGame(board)).body.id)
    const params = { leaderboardId: board.slug }
    const list = (query: Record<string, string>) =>
      call(gameBindingsList, { params, query, caller: board.caller })
    const first = (await list({ limit: '2' })).body
    const second = (await list({ limit: '2', cursor: first.nextCursor })).body
    const listed = [...first.data, ...second.data].map(({ id }: { id: string }) => id)
    expect(listed).toEqual(made.toSorted())
    expect(second.nextCursor).toBeNull()
    expect((await list({ cursor: 'x.y' })).body.code).toBe('invalid_request')
  })

  test('404 leaderboard_not_found for another project’s, 403 for a player', async () => {
    const board = await makeBoard({ public: true })
    const params = { leaderboardId: board.id }
    const { caller } = await makeBoard()
    const foreign = await call(gameBindingsList, { params, caller })
    expect(foreign.body.code).toBe('leaderboard_not_found')
    const asPlayer = { ...player('usr_1'), projectId: board.caller.projectId }
    expect((await call(gameBindingsList, { params, caller: asPlayer })).status).toBe(403)
  })
})
