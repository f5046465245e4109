import { callerHeader } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { anonymous, call, gatewayBinding } from '@coinop/shared/testing'
import { describe, expect, test, vi } from 'vitest'
import type { LiveMessage } from '../board-commands.ts'
import { subscribersMax } from '../board-live.ts'
import {
  bindings,
  type Board,
  makeBoard,
  newProject,
  submit,
  withScores,
} from '../test-leaderboards.ts'
import { LiveClient, type Way } from '../test-live.ts'
import { closeSeasonOf as close, currentSeasonOf, expire } from '../test-seasons.ts'
import { leaderboardsLive } from './leaderboards.live.ts'
import { liveTicketsCreate } from './live-tickets.create.ts'

const live = ({ id, caller }: Pick<Board, 'id' | 'caller'>, query: Record<string, string> = {}) =>
  call(leaderboardsLive, { params: { leaderboardId: id }, query, caller })
const ways: Way[] = ['WebSocket', 'SSE']

/** A connection as it is asked for, and what it was answered. */
function open({ id, caller }: Pick<Board, 'id' | 'caller'>, headers: Record<string, string>) {
  const url = `http://worker/v1/leaderboards/${id}/live`
  return gatewayBinding().fetch(url, {
    headers: { ...headers, [callerHeader]: JSON.stringify(caller) },
  })
}

describe('leaderboards.live', () => {
  test('200 one message: the standing at first, then what has changed since', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [10, 20])
    const { status, body } = await live(board)
    expect(status).toBe(200)
    expect(body).toMatchObject({ type: 'snapshot', sequence: 2, total: 2, closed: false })
    expect(body.entries.map(({ keys }: { keys: number[] }) => keys)).toEqual([[20], [10]])
    await submit(board, { userId: ada!, score: 30 })
    const after = `${body.seasonId}.${body.sequence}`
    expect((await live(board, { after })).body).toMatchObject({
      type: 'changes',
      sequence: 3,
      entries: [{ userId: ada, keys: [30] }],
      removed: [],
    })
  })

  test('200 a snapshot for a sequence that the board has not reached, and for one of another season', async () => {
    const board = await makeBoard()
    await withScores(board, [10])
    const season = await currentSeasonOf(board)
    expect((await live(board, { after: `${season}.9` })).body.type).toBe('snapshot')
    expect((await live(board, { after: `${season}.1` })).body.type).toBe('changes')
    await close(board, season)
    expect((await live(board, { after: `${season}.1` })).body).toMatchObject({
      type: 'snapshot',
      entries: [],
    })
  })

  test.each(ways)(
    '%s says the last change and that it was the last, when the season is closed',
    async (way) => {
      const board = await makeBoard()
      const client = new LiveClient(board, way)
      await client.connect()
      const [ada] = await withScores(board, [10])
      await vi.waitFor(() => expect(client.last).toMatchObject({ sequence: 1, total: 1 }), 5_000)
      await submit(board, { userId: ada!, score: 11 })
      await close(board, await currentSeasonOf(board))
      await vi.waitFor(
        () => expect(client.last).toMatchObject({ sequence: 2, closed: true }),
        5_000,
      )
      expect(client.heard[0]).toBe('snapshot')
    },
  )

  test('404 leaderboard_not_found without a credential, unless the board is public or a ticket is shown', async () => {
    const board = await makeBoard()
    const nobody = { ...board, caller: anonymous() }
    expect((await live(nobody)).body.code).toBe('leaderboard_not_found')
    expect((await live({ ...board, caller: await newProject() })).status).toBe(404)
    expect(
      (await live({ ...(await makeBoard({ public: true })), caller: anonymous() })).status,
    ).toBe(200)
    const { body } = await call(liveTicketsCreate, {
      params: { leaderboardId: board.id },
      caller: board.caller,
    })
    expect((await live(nobody, { ticket: body.ticket })).status).toBe(200)
    const other = await makeBoard({}, board.caller)
    const elsewhere = await live({ ...other, caller: anonymous() }, { ticket: body.ticket })
    expect(elsewhere).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    const longer = body.ticket.replace(/\.\d+\./, '.9999999999999.')
    expect((await live(nobody, { ticket: longer })).status).toBe(400)
  })

  test('404 season_not_found for another board’s, season_evicted once its time is over', async () => {
    const board = await makeBoard({ seasonsKeptDays: 1 })
    const other = await makeBoard({}, board.caller)
    await withScores(board, [1])
    const season = await currentSeasonOf(board)
    expect((await live(other, { season })).body.code).toBe('season_not_found')
    await close(board, season)
    await expire(board.id)
    expect((await live(board, { season })).body.code).toBe('season_evicted')
  })

  test('400 for a position that is none, also as Last-Event-ID', async () => {
    const board = await makeBoard()
    expect((await live(board, { after: '7' })).status).toBe(400)
    const headers = { 'last-event-id': 'x' }
    const params = { leaderboardId: board.id }
    const { status } = await call(leaderboardsLive, { params, headers, caller: board.caller })
    expect(status).toBe(400)
  })

  test('503 with Retry-After for one subscriber more than a board may have; a client that says anything is closed', async () => {
    const board = await makeBoard()
    const sockets: WebSocket[] = []
    for (let opened = 0; opened < subscribersMax; opened += 100) {
      const more = Array.from({ length: 100 }, () => open(board, { upgrade: 'websocket' }))
      for (const { webSocket } of await Promise.all(more)) sockets.push(webSocket!)
    }
    for (const socket of sockets) socket.accept()
    for (const headers of [{ upgrade: 'websocket' }, { accept: 'text/event-stream' }]) {
      const refused = await open(board, headers)
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '10'])
      expect(await refused.json()).toMatchObject({ code: 'unavailable' })
    }
    const closed = new Promise<number>((done) => {
      sockets[0]!.addEventListener('close', ({ code }) => done(code))
    })
    sockets[0]!.send('hello')
    expect(await closed).toBe(1008)
    for (const socket of sockets.slice(1)) socket.close()
  }, 120_000)

  test('the end of a season by the clock is told when it is due, though nobody has written', async () => {
    const seasonId = 'sea_soon'
    const object = bindings.BOARDS.getByName(`prj_test/brd_${crypto.randomUUID()}/${seasonId}`)
    const url = new URL('http://board/live')
    url.searchParams.set('season', JSON.stringify({ seasonId, endsAt: now() + 5_000 }))
    const { webSocket } = await object.fetch(url.href, { headers: { upgrade: 'websocket' } })
    const told: LiveMessage[] = []
    webSocket!.addEventListener('message', ({ data }) => {
      told.push(JSON.parse(String(data)) as LiveMessage)
    })
    webSocket!.accept()
    await vi.waitFor(() => expect(told.at(-1)).toMatchObject({ closed: true }), 12_000)
    expect(told.map(({ closed }) => closed)).toEqual([false, true])
  })
})
