import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import {
  type Board,
  bindings,
  db,
  makeBoard,
  neighbour,
  storedBoard,
  storedSeasons,
  submit,
  uniqueKey,
  withScores,
} from '../test-leaderboards.ts'
import { boards } from '../schema.ts'
import { boardObject } from '../seasons.ts'
import { sweep } from '../sweep.ts'
import { eq } from 'drizzle-orm'
import { leaderboardsDelete } from './leaderboards.delete.ts'
import { leaderboardsGet } from './leaderboards.get.ts'

const remove = (board: Board, confirm = board.slug, headers: Record<string, string> = {}) =>
  call(leaderboardsDelete, {
    params: { leaderboardId: board.id },
    query: { confirm },
    headers,
    caller: board.caller,
  })

describe('leaderboards.delete', () => {
  test('204 nobody finds it any more, nothing can be written to it, and its slug is free', async () => {
    const board = await makeBoard()
    const [userId] = await withScores(board, [1])
    expect((await remove(board)).status).toBe(204)
    const request = { params: { leaderboardId: board.id }, caller: board.caller }
    expect((await call(leaderboardsGet, request)).body.code).toBe('leaderboard_not_found')
    expect((await submit(board, { userId: userId!, score: 2 })).status).toBe(404)
    const heir = await makeBoard({ slug: board.slug }, board.caller)
    expect(heir.id).not.toBe(board.id)
  })

  test('the sweep removes every season and the object’s rows, once no isolate remembers the board', async () => {
    const board = await makeBoard()
    await withScores(board, [1, 2, 3])
    const [season] = await storedSeasons(board.id)
    await remove(board)
    await sweep(bindings)
    expect(await storedBoard(board.id)).toBeDefined()
    await db.update(boards).set({ deletedAt: 0 }).where(eq(boards.id, board.id))
    await sweep(bindings)
    expect(await storedBoard(board.id)).toBeUndefined()
    expect(await storedSeasons(board.id)).toEqual([])
    expect(await boardObject(bindings, season!).total()).toBe(0)
  })

  test('is announced with the time of the deletion, not of the last change', async () => {
    const board = await makeBoard()
    await db.update(boards).set({ updatedAt: 0 }).where(eq(boards.id, board.id))
    const before = new Date().toISOString()
    await remove(board)
    await sweep(bindings)
    const { data } = await neighbour(
      bindings.GATEWAY_TO_EVENTS,
      '/v1/events?limit=100',
      board.caller,
    )
    const gone = data.find((each: { type: string }) => each.type === 'leaderboards.board.deleted')
    expect(gone).toMatchObject({ subject: board.id, data: { slug: board.slug } })
    expect(gone.at >= before).toBe(true)
  })

  test('400 invalid_request unless its slug is said once more', async () => {
    const board = await makeBoard()
    const answer = await remove(board, 'another')
    expect(answer.body).toMatchObject({ errors: [{ pointer: '/query/confirm' }] })
    expect(await storedBoard(board.id)).toMatchObject({ deletedAt: null })
  })

  test('204 again for the same key; 404 leaderboard_not_found without; 409 idempotency_conflict for another board', async () => {
    const [board, headers] = [await makeBoard(), uniqueKey()]
    const other = await makeBoard({}, board.caller)
    expect((await remove(board, board.slug, headers)).status).toBe(204)
    expect((await remove(board, board.slug, headers)).status).toBe(204)
    expect((await remove(board)).body.code).toBe('leaderboard_not_found')
    const conflict = await remove(other, other.slug, headers)
    expect(conflict.body.code).toBe('idempotency_conflict')
  })

  test('404 for another project’s, 403 for a player', async () => {
    const board = await makeBoard()
    expect((await remove({ ...board, caller: (await makeBoard()).caller })).status).toBe(404)
    const by = { ...player('usr_1'), projectId: board.caller.projectId }
    expect((await remove({ ...board, caller: by })).status).toBe(403)
  })
})
