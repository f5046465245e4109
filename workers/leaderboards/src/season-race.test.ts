import { call } from '@coinop/shared/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { leaderboardsTop } from './routes/leaderboards.top.ts'
import {
  type Board,
  makeBoard,
  newUsers,
  seasonsOf,
  storedSeasons,
  submit,
} from './test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf } from './test-seasons.ts'

afterEach(() => {
  vi.useRealTimers()
})

type Answer = { seasonId: string; userId: string; key: string; body: unknown }

/** Increments by 1, all at once, each with a key of its own. */
function volley(board: Board, users: string[], count: number): Promise<Answer>[] {
  return Array.from({ length: count }, async (_, index) => {
    const [userId, key] = [users[index % users.length]!, crypto.randomUUID()]
    const { status, body } = await submit(board, { userId, score: 1 }, { 'idempotency-key': key })
    expect([status, JSON.stringify(body)]).toEqual([200, expect.anything()])
    return { seasonId: body.seasonId as string, userId, key, body }
  })
}

/** What stands in each season, by user. */
async function standings(board: Board): Promise<Map<string, Map<string, number>>> {
  const seasons = await storedSeasons(board.id)
  const read = seasons.map(async ({ id }) => {
    const query = { limit: '100', season: id }
    const request = { params: { leaderboardId: board.id }, query, caller: board.caller }
    const { body } = await call(leaderboardsTop, request)
    const entries = body.data as { userId: string; score: number }[]
    return [id, new Map(entries.map(({ userId, score }) => [userId, score]))] as const
  })
  return new Map(await Promise.all(read))
}

/** What the answers say of each season, by user. */
function told(answers: Answer[]): Map<string, Map<string, number>> {
  const seasons = new Map<string, Map<string, number>>()
  for (const { seasonId, userId } of answers) {
    const users = seasons.get(seasonId) ?? new Map<string, number>()
    seasons.set(seasonId, users.set(userId, (users.get(userId) ?? 0) + 1))
  }
  return seasons
}

const withoutEmpty = (seasons: Map<string, Map<string, number>>) =>
  new Map([...seasons].filter(([, users]) => users.size > 0))

test('of 1,200 scores that race the closing of seasons each lands in exactly one, and keys sent again change nothing', async () => {
  const board = await makeBoard({ operator: 'increment' })
  const users = await newUsers(7, board.caller.projectId)
  const answers: Answer[] = []
  for (let round = 0; round < 24; round++) {
    const season = await currentSeasonOf(board)
    const sent = volley(board, users, 25)
    const closing = closeSeasonOf(board, season)
    const more = volley(board, users, 25)
    expect((await closing).status).toBe(200)
    answers.push(...(await Promise.all([...sent, ...more])))
  }
  expect(answers).toHaveLength(1_200)
  expect(withoutEmpty(await standings(board))).toEqual(told(answers))
  expect((await storedSeasons(board.id)).length).toBeGreaterThan(20)
  // Of the season of now, in which there may be nothing yet, and the one before it: their answers may have been lost.
  const [current, previous] = await seasonsOf(board)
  const recent = new Set([current!.id, previous!.id])
  const again = answers.filter(({ seasonId }) => recent.has(seasonId))
  await Promise.all(
    again.map(async ({ userId, key, body }) => {
      const retried = await submit(board, { userId, score: 1 }, { 'idempotency-key': key })
      expect(retried.body).toEqual(body)
    }),
  )
  expect(withoutEmpty(await standings(board))).toEqual(told(answers))
}, 300_000)

test('of 800 scores that race the end by the schedule each lands in exactly one season', async () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const start = Date.parse('2026-10-24T21:59:59.990Z')
  vi.setSystemTime(start)
  const schedule = { cron: '0 * * * *', timeZone: 'Europe/Berlin' }
  const board = await makeBoard({ operator: 'increment', schedule })
  const users = await newUsers(5, board.caller.projectId)
  const answers: Answer[] = []
  for (let round = 0; round < 16; round++) {
    // An hour later each time, so that each round has an end of its own.
    vi.setSystemTime(start + round * 3_600_000)
    const sent: Promise<Answer>[] = []
    for (let tick = 0; tick < 10; tick++) {
      sent.push(...volley(board, users, 5))
      await Promise.resolve()
      vi.setSystemTime(start + round * 3_600_000 + tick * 2)
      await Promise.race(sent)
    }
    answers.push(...(await Promise.all(sent)))
  }
  expect(answers).toHaveLength(800)
  expect(withoutEmpty(await standings(board))).toEqual(told(answers))
  expect((await storedSeasons(board.id)).length).toBeGreaterThanOrEqual(16)
}, 300_000)
