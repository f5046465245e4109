import { anonymous, call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeBoard, submit, uniqueKey, withScores } from '../test-leaderboards.ts'
import { storedSnapshots, takeSnapshot } from '../test-snapshots.ts'
import { snapshotsCreate } from './snapshots.create.ts'

describe('snapshots.create', () => {
  test('201 of today; another one takes its place, a repeated key none', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [10])
    const headers = uniqueKey()
    const first = await takeSnapshot(board, headers)
    expect(first).toMatchObject({ status: 201, body: { total: 1, kept: 1 } })
    await submit(board, { userId: ada!, score: 20 })
    const again = await takeSnapshot(board, headers)
    expect(again.body).toEqual(first.body)
    expect(await storedSnapshots(board)).toMatchObject([{ entries: [[ada, 1, [10]]] }])
    await takeSnapshot(board)
    expect(await storedSnapshots(board)).toMatchObject([{ entries: [[ada, 1, [20]]] }])
  })

  test('409 idempotency_conflict for another board, 404 leaderboard_not_found for another project’s', async () => {
    const board = await makeBoard()
    const other = await makeBoard({}, board.caller)
    const headers = uniqueKey()
    await takeSnapshot(board, headers)
    expect((await takeSnapshot(other, headers)).body.code).toBe('idempotency_conflict')
    const foreign = { ...board, caller: (await makeBoard()).caller }
    expect((await takeSnapshot(foreign)).body.code).toBe('leaderboard_not_found')
    expect(await storedSnapshots(other)).toEqual([])
  })

  test('401 and 403 for who is no server', async () => {
    const board = await makeBoard({ public: true })
    const params = { leaderboardId: board.id }
    const as = (caller: object) => call(snapshotsCreate, { params, caller })
    expect((await as(anonymous())).status).toBe(401)
    expect((await as(player('usr_1'))).status).toBe(403)
    expect((await as({ scopes: ['scores:write'] })).status).toBe(403)
  })
})
