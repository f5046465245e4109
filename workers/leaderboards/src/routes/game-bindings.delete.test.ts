import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { bindGame, storedBindings } from '../test-games.ts'
import { type Board, makeBoard, uniqueKey } from '../test-leaderboards.ts'
import { gameBindingsDelete } from './game-bindings.delete.ts'

const remove = (board: Board, bindingId: string, headers: Record<string, string> = {}) =>
  call(gameBindingsDelete, {
    params: { leaderboardId: board.id, bindingId },
    headers,
    caller: board.caller,
  })

describe('game-bindings.delete', () => {
  test('204, the same for a repeated key; idempotency_conflict for another binding', async () => {
    const board = await makeBoard()
    const [one, other] = [(await bindGame(board)).body, (await bindGame(board)).body]
    const headers = uniqueKey()
    expect((await remove(board, one.id, headers)).status).toBe(204)
    expect((await remove(board, one.id, headers)).status).toBe(204)
    expect((await remove(board, other.id, headers)).body.code).toBe('idempotency_conflict')
    expect(await storedBindings(board)).toMatchObject([{ id: other.id }])
  })

  test('404 game_binding_not_found and leaderboard_not_found, and nothing is removed', async () => {
    const [board, neighbour] = [await makeBoard(), await makeBoard()]
    const { body } = await bindGame(board)
    const foreign = { ...board, caller: neighbour.caller }
    expect((await remove(foreign, body.id)).body.code).toBe('leaderboard_not_found')
    expect((await remove(neighbour, body.id)).body.code).toBe('game_binding_not_found')
    expect(await storedBindings(board)).toHaveLength(1)
  })
})
