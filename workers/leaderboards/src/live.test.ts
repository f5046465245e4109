import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { environment, Random } from '@coinop/wallet/test-random'
import { describe, expect, test, vi } from 'vitest'
import type { ScoreWrite } from './board-commands.ts'
import { locate } from './board-cache.ts'
import { boardObject, openSeason, referenceOf } from './seasons.ts'
import { bindings, type Board, db, makeBoard, standingOf } from './test-leaderboards.ts'
import { digestOf, LiveClient, type Way } from './test-live.ts'

const { seed } = environment(1)
const patience = { timeout: 60_000, interval: 50 }

/** The object of the season of now, and what it is told of it. */
async function liveBoard(definition: object = {}) {
  const board = await makeBoard(definition)
  const { board: row } = (await locate(bindings, board.caller.projectId, board.id))!
  const { season } = await openSeason(db, row, now())
  const reference = referenceOf(row, season)
  const stub = () => boardObject(bindings, season)
  const submit = (writes: ScoreWrite[]) => stub().submit(reference, writes)
  return { board, reference, stub, submit }
}

/** What everybody should have: the standing as it is read from the top. */
const digestFromTop = async (board: Board) => digestOf(await standingOf(board))

describe('live', () => {
  test(`1,000 subscribers, connections killed at random, every client ends with the same digest, SEED=${seed}`, async () => {
    const random = new Random(seed)
    const { board, reference, stub, submit } = await liveBoard({ operator: 'latest' })
    const users = Array.from({ length: 60 }, () => newId('usr'))
    const clients = Array.from(
      { length: 1_000 },
      (_, index) => new LiveClient(board, (['WebSocket', 'SSE'] as Way[])[index % 2]!),
    )
    await Promise.all(clients.map((client) => client.connect()))
    for (let round = 0; round < 30; round++) {
      const writes = Array.from({ length: 5 }, () => ({
        userId: random.pick(users),
        keys: [random.below(20)],
      }))
      await submit(writes)
      const userId = random.pick(users)
      if (round % 5 === 1) await stub().remove(reference, userId)
      if (round % 5 === 2) await stub().quarantine(userId, 'x')
      if (round % 5 === 4) await stub().restore(userId)
      const killed = Array.from({ length: 40 }, () => random.pick(clients))
      for (const client of killed) client.kill()
      await Promise.all([...new Set(killed)].map((client) => client.connect()))
    }
    const { sequence } = await stub().state()
    await vi.waitFor(() => {
      expect(clients.filter((client) => client.sequence !== sequence)).toHaveLength(0)
    }, patience)
    const digest = await digestFromTop(board)
    for (const way of ['WebSocket', 'SSE']) {
      const digests = clients.filter((client) => client.way === way).map((each) => each.digest)
      expect([way, ...new Set(digests)]).toEqual([way, digest])
    }
    const resumed = clients.filter(({ heard }) => heard.lastIndexOf('snapshot') === 0)
    expect(resumed.length, 'who came again went on where they were').toBe(1_000)
    for (const client of clients) client.kill()
  }, 180_000)
})
