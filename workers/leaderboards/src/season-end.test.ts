import { exports } from 'cloudflare:workers'
import { FailPoints } from '@coinop/shared/fail-points'
import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Caller } from '@coinop/shared/caller'
import { boards, seasons } from './schema.ts'
import { SeasonEnd } from './season-end.ts'
import { boardObject } from './seasons.ts'
import { endedSeasons, expiredSeasons, sweep, unpaidSeasons } from './sweep.ts'
import {
  available,
  bindings,
  db,
  makeBoard,
  makeCurrency,
  neighbour,
  newProject,
  standingOf,
  storedSeasons,
  submit,
  withScores,
} from './test-leaderboards.ts'
import { closeSeasonOf, currentSeasonOf, previewOf, rewardsOf } from './test-seasons.ts'

let caller: Caller
beforeAll(async () => {
  caller = { ...(await newProject()), plan: 'scale' }
  await makeCurrency(caller)
})
afterEach(() => {
  vi.useRealTimers()
})

const rewards = [
  { fromRank: 1, toRank: 1, currency: 'COIN', amount: 100 },
  { fromPercentile: 0, toPercentile: 60, currency: 'COIN', amount: 10 },
]
const steps = [
  'freeze',
  'storeClosing',
  'readWinners',
  'storeWinners',
  'pending',
  'pay',
  'storePayment',
  'finish',
]
const seams = () =>
  new FailPoints().register(
    SeasonEnd,
    steps.map((method) => ({ method, waits: true })),
    () => undefined,
  )

/** Amounts of the rewards in a wallet's history. */
async function paidTo(userId: string): Promise<number[]> {
  const path = `/v1/wallets/${userId}/entries?limit=100`
  const { data } = await neighbour(bindings.GATEWAY_TO_WALLET, path, caller)
  return data.map(({ amount }: { amount: number }) => amount)
}

describe('the end of a season', () => {
  const breaks = steps.flatMap((step) =>
    (['throw', 'lose-reply', 'duplicate'] as const).flatMap((action) => [
      { step, action, time: 1 },
      ...(step === 'pay' || step === 'storePayment' ? [{ step, action, time: 2 }] : []),
    ]),
  )
  test.each(breaks)(
    'broken off at $step ($action, time $time) and carried on, it pays each winner once, whom the preview named',
    async ({ step, action, time }) => {
      const board = await makeBoard({ rewards }, caller)
      const users = await withScores(board, [5, 4, 3, 2, 1])
      const season = await currentSeasonOf(board)
      const preview = await previewOf(board, season)
      const points = seams()
      let met = 0
      points.begin((point) => (point.endsWith(`.${step}`) && ++met === time ? action : undefined))
      await closeSeasonOf(board, season)
      await sweep(bindings)
      points.uninstall()
      // The request is sent again, as a client does that heard nothing, while the sweep runs twice.
      await Promise.all([closeSeasonOf(board, season), sweep(bindings), sweep(bindings)])
      await sweep(bindings)
      expect(met).toBeGreaterThanOrEqual(time)
      const paid = await rewardsOf(board, season)
      expect(paid.map(({ status }) => status)).toEqual(['paid', 'paid', 'paid'])
      expect(paid).toMatchObject(preview)
      expect(await Promise.all(users.map(paidTo))).toEqual([[100], [10], [10], [], []])
      expect(await storedSeasons(board.id)).toMatchObject([{ status: 'closed', total: 5 }])
    },
    30_000,
  )

  test('twice as many winners as one run pays: the next runs pay the rest, each once', async () => {
    const board = await makeBoard(
      { rewards: [{ fromPercentile: 0, toPercentile: 100, currency: 'COIN', amount: 1 }] },
      caller,
    )
    const users = await withScores(
      board,
      Array.from({ length: 210 }, (_, index) => index),
    )
    const { body } = await closeSeasonOf(board)
    while ((await storedSeasons(board.id))[0]!.status !== 'closed') await sweep(bindings)
    const paid = await rewardsOf(board, body.id)
    // A page of them; the balances are of all.
    expect(paid.map(({ userId }) => userId)).toEqual(users.toReversed().slice(0, 100))
    const balances = await Promise.all(users.map((userId) => available(caller, userId)))
    expect(balances).toEqual(users.map(() => 1))
  }, 60_000)

  test('rules that are changed after the end change nothing of what is paid', async () => {
    const board = await makeBoard({ rewards }, caller)
    const [ada] = await withScores(board, [1])
    const points = seams()
    points.begin((point) => (point.endsWith('.readWinners') ? 'throw' : undefined))
    const { body } = await closeSeasonOf(board)
    points.uninstall()
    const dearer = [{ fromRank: 1, toRank: 1, currency: 'COIN', amount: 7 }]
    await db.update(boards).set({ rewards: dearer }).where(eq(boards.id, board.id))
    await sweep(bindings)
    expect(await rewardsOf(board, body.id)).toMatchObject([{ userId: ada, amount: 100 }])
  })

  test('a board that is called otherwise before a payment that was not noted is asked for again: paid, once', async () => {
    const board = await makeBoard({ rewards }, caller)
    const [ada] = await withScores(board, [1])
    const points = seams()
    points.begin((point) => (point.endsWith('.storePayment') ? 'throw' : undefined))
    const { body } = await closeSeasonOf(board)
    await sweep(bindings)
    points.uninstall()
    await db.update(boards).set({ name: 'Renamed' }).where(eq(boards.id, board.id))
    await sweep(bindings)
    expect(await rewardsOf(board, body.id)).toMatchObject([{ status: 'paid', refusal: null }])
    expect(await paidTo(ada!)).toEqual([100])
  })

  test('what ended is announced once, with the digest of the final standing, and so is each payment', async () => {
    const own = await newProject()
    await makeCurrency(own)
    const board = await makeBoard({ rewards }, own)
    const [ada] = await withScores(board, [1])
    const { body } = await closeSeasonOf(board)
    await sweep(bindings)
    await sweep(bindings)
    const path = '/v1/events?limit=100'
    const { data } = await neighbour(bindings.GATEWAY_TO_EVENTS, path, own)
    const mine = data.filter(
      (each: { data: { boardId: string } }) => each.data.boardId === board.id,
    )
    const of = (type: string) => mine.filter((each: { type: string }) => each.type === type)
    const { id: seasonId, digest } = body
    expect(of('leaderboards.board.created')).toHaveLength(1)
    expect(of('leaderboards.season.closed')).toMatchObject([
      { subject: seasonId, data: { number: 1, total: 1, digest } },
    ])
    expect(of('leaderboards.reward.paid')).toMatchObject([
      { subject: ada, data: { seasonId, rank: 1, currency: 'COIN', amount: 100 } },
    ])
    const [row] = await storedSeasons(board.id)
    expect((await boardObject(bindings, row!).state()).digest).toBe(digest)
  })
})

describe('the schedule', () => {
  const day = 86_400_000
  const schedule = { cron: '0 0 * * *', timeZone: 'Europe/Berlin' }
  const runCron = () => {
    const worker = exports as unknown as { default: { scheduled(event: object): Promise<void> } }
    return worker.default.scheduled({ cron: '* * * * *' })
  }

  test('a season ends at its time without anybody asking; the sweep closes it and pays', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime('2026-03-28T12:00:00Z')
    const board = await makeBoard({ schedule, rewards, seasonsKeptDays: 3 }, caller)
    const [ada] = await withScores(board, [5])
    const first = await currentSeasonOf(board)
    vi.setSystemTime('2026-03-28T22:59:59.999Z')
    expect((await submit(board, { userId: ada!, score: 6 })).body.seasonId).toBe(first)
    vi.setSystemTime('2026-03-28T23:00:00Z')
    const late = await submit(board, { userId: ada!, score: 1 })
    expect(late.body).toMatchObject({ previousScore: null, score: 1 })
    expect(late.body.seasonId).not.toBe(first)
    expect(await standingOf(board, first)).toEqual([[ada, 6]])
    await runCron()
    expect(await rewardsOf(board, first)).toMatchObject([
      { userId: ada, amount: 100, status: 'paid' },
    ])
    const [over, now] = await storedSeasons(board.id)
    const end = Date.parse('2026-03-28T23:00:00Z')
    expect(over).toMatchObject({ status: 'closed', closedAt: end, expiresAt: end + 3 * day })
    // Clocks go forward in this one.
    expect(now).toMatchObject({ startsAt: end, endsAt: end + 23 * 3_600_000 })
  })

  test('after weeks without a score the next one begins a season of its own, and nothing between is stored', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime('2026-05-01T12:00:00Z')
    const board = await makeBoard({ schedule }, caller)
    const [ada] = await withScores(board, [5])
    vi.setSystemTime('2026-06-10T12:00:00Z')
    await submit(board, { userId: ada!, score: 1 })
    expect(await storedSeasons(board.id)).toMatchObject([
      { number: 1 },
      { number: 2, startsAt: Date.parse('2026-06-09T22:00:00Z') },
    ])
  })

  test('an expired season is removed: its rewards, its object’s rows, and nothing of the others', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime('2026-07-01T12:00:00Z')
    const board = await makeBoard({ schedule, rewards, seasonsKeptDays: 1 }, caller)
    const [ada] = await withScores(board, [5])
    const first = await currentSeasonOf(board)
    vi.setSystemTime('2026-07-02T12:00:00Z')
    await submit(board, { userId: ada!, score: 7 })
    await runCron()
    expect(await standingOf(board, first)).toEqual([[ada, 5]])
    vi.setSystemTime('2026-07-02T22:00:00Z')
    await runCron()
    const [over] = await storedSeasons(board.id)
    expect(over).toMatchObject({ status: 'evicted', total: 1 })
    expect(await boardObject(bindings, over!).total()).toBe(0)
    const second = (await storedSeasons(board.id))[1]!
    expect(await standingOf(board, second.id)).toEqual([[ada, 7]])
  })

  test('finds its work by the partial indexes, without reading what is finished', async () => {
    const queries = [endedSeasons(db), unpaidSeasons(db), expiredSeasons(db)]
    const plans = queries.map(async (query) => {
      const { sql, params } = query.toSQL()
      const { results } = await bindings.LEADERBOARDS_DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .bind(...params)
        .all<{ detail: string }>()
      return results.map(({ detail }) => detail).join('\n')
    })
    const [ended, unpaid, expired] = await Promise.all(plans)
    expect(ended).toMatch(/seasons USING INDEX seasons_open/)
    expect(unpaid).toMatch(/seasons USING INDEX seasons_unpaid/)
    expect(expired).toMatch(/seasons USING INDEX seasons_expiring/)
    expect(await db.$count(seasons)).toBeGreaterThan(0)
  })
})
