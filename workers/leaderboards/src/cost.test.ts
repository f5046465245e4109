import { anonymous, call } from '@coinop/shared/testing'
import { Cost, countedEnv } from '@coinop/shared/cost'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { callerHeader } from '@coinop/shared/caller'
import { gatewayBinding } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { writesMax } from './board-commands.ts'
import { leaderboardsCreate } from './routes/leaderboards.create.ts'
import { leaderboardsRank } from './routes/leaderboards.rank.ts'
import { leaderboardsTop } from './routes/leaderboards.top.ts'
import { scoresBatch } from './routes/scores.batch.ts'
import { scoresUpdate } from './routes/scores.update.ts'
import { seasonsClose } from './routes/seasons.close.ts'
import {
  bindings,
  type Board,
  makeBoard,
  makeCurrency,
  newProject,
  newUsers,
  submit,
  uniqueKey,
  withScores,
} from './test-leaderboards.ts'
import { LiveClient } from './test-live.ts'
import { currentSeasonOf } from './test-seasons.ts'

const score = (board: Board, userId: string, value: unknown, headers = uniqueKey()) =>
  callCounting(scoresUpdate, {
    json: { leaderboardId: board.id, userId, score: value },
    headers,
    caller: board.caller,
  })
const of = ({ id, caller }: Board) => ({ params: { leaderboardId: id }, caller })

describe('Coinop-Cost: 1', () => {
  test('a score is four rows: entry, place, journal and key; its retry, and one that is worse, none', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [10, 20])
    const key = uniqueKey()
    const first = await score(board, ada!, 30, key)
    const again = await score(board, ada!, 30, key)
    const worse = await score(board, ada!, 1)
    expect([first, again, worse].map(({ status }) => status)).toEqual([200, 200, 200])
    expect([first, again, worse].map(({ written }) => written)).toEqual([4, 0, 0])
  })

  test('what comes at the same moment is counted apart, whether or not others count', async () => {
    const board = await makeBoard()
    await withScores(board, [1])
    const users = await newUsers(20, board.caller.projectId)
    const all = await Promise.all(
      users.map((userId, index) =>
        index % 2 === 0
          ? score(board, userId, index + 2)
          : submit(board, { userId, score: index + 2 }, uniqueKey()),
      ),
    )
    expect(all.map(({ status }) => status)).toEqual(users.map(() => 200))
    const written = all.flatMap((each) => ('written' in each ? each.written : []))
    expect(written).toEqual(Array.from({ length: 10 }, () => 4))
    const { body } = await call(leaderboardsTop, { ...of(board), query: { limit: '100' } })
    expect(body.data).toHaveLength(21)
  })

  test('a batch has its keys in one place, for all of it', async () => {
    const board = await makeBoard()
    await withScores(board, [1])
    const users = await newUsers(5, board.caller.projectId)
    const updates = users.map((userId) => ({ leaderboardId: board.id, userId, score: 9 }))
    const { status, written } = await callCounting(scoresBatch, {
      json: { updates },
      headers: uniqueKey(),
      caller: board.caller,
    })
    expect(status).toBe(200)
    // Entry, place and journal of each; the row of the keys, with its index.
    expect(written).toBe(5 * 3 + 2)
  })

  test('a rank writes nothing, and reads nothing of a board that is in memory; a top list reads its lines', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [10, 20, 30])
    const { params, caller } = of(board)
    const rank = () =>
      callCounting(leaderboardsRank, { params: { ...params, userId: ada! }, caller })
    await rank()
    expect(await rank()).toMatchObject({ status: 200, read: 0, written: 0 })
    const top = await callCounting(leaderboardsTop, of(board))
    expect(top).toMatchObject({ status: 200, written: 0 })
    expect(top.read).toBeGreaterThanOrEqual(3)
  })

  test('a definition counts what the database says', async () => {
    const json = { slug: 'counted', name: 'Counted' }
    const input = { json, headers: uniqueKey(), caller: await newProject() }
    const made = await callCounting(leaderboardsCreate, input)
    const again = await callCounting(leaderboardsCreate, input)
    expect([made.status, again.status]).toEqual([201, 201])
    expect(made.written).toBeGreaterThan(3)
    expect(again.written).toBe(0)
    expect(again.read).toBeGreaterThan(0)
  })

  test('what follows the answer is not in it: a closed season costs the same with rewards and without', async () => {
    const close = async (definition: object) => {
      const board = await makeBoard(definition)
      await makeCurrency(board.caller)
      await withScores(board, [10, 20])
      const params = { ...of(board).params, seasonId: await currentSeasonOf(board) }
      return callCounting(seasonsClose, { params, headers: uniqueKey(), caller: board.caller })
    }
    const rewards = [{ fromRank: 1, toRank: 2, currency: 'COIN', amount: 5 }]
    const [with_, without] = [await close({ rewards }), await close({})]
    expect([with_.status, without.status]).toEqual([200, 200])
    expect([with_.read, with_.written]).toEqual([without.read, without.written])
  })

  test('refusals tell it as well', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [10])
    const invalid = await score(board, ada!, 'many')
    expect(invalid).toMatchObject({ status: 400, read: 0, written: 0 })
    const nobody = await score(board, 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3', 5)
    expect(nobody).toMatchObject({ status: 404, written: 0 })
    const stranger = await callCounting(leaderboardsTop, { ...of(board), caller: anonymous() })
    expect(stranger).toMatchObject({ status: 404, written: 0 })
  })

  test('a live feed does not tell it, and works', async () => {
    const board = await makeBoard()
    await withScores(board, [10])
    const url = `http://worker/v1/leaderboards/${board.id}/live`
    const headers = { [callerHeader]: JSON.stringify(board.caller), 'coinop-cost': '1' }
    for (const more of [{ upgrade: 'websocket' }, { accept: 'text/event-stream' }]) {
      const answer = await gatewayBinding().fetch(url, { headers: { ...headers, ...more } })
      expect([101, 200]).toContain(answer.status)
      expect(tellsNoCost(answer.headers)).toBe(true)
      if (answer.webSocket) {
        answer.webSocket.accept()
        answer.webSocket.close(1000, 'done')
      }
      await answer.body?.cancel()
    }
    const client = new LiveClient(board, 'WebSocket')
    await client.connect()
    client.kill()
  })

  test('a call that fails says why, as without it', async () => {
    const cost = new Cost()
    const { BOARDS } = countedEnv(bindings, cost)
    const writes = Array.from({ length: writesMax + 1 }, () => ({ userId: 'usr_1', keys: [1] }))
    const failing = BOARDS.getByName('none').submit({} as never, writes)
    await expect(failing).rejects.toThrow(`At most ${writesMax} writes a call.`)
    expect(cost.rows).toEqual({ rowsRead: 0, rowsWritten: 0 })
  })

  test.each(['', '0', 'true', '01', '1, 1', '-1', '1e0'])(
    'nothing is told to %j',
    async (value) => {
      const board = await makeBoard()
      const headers = { 'coinop-cost': value }
      const answer = await call(leaderboardsTop, { ...of(board), headers })
      expect(answer.status).toBe(200)
      expect(tellsNoCost(answer.headers)).toBe(true)
    },
  )
})
