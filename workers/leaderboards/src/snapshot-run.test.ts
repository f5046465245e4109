import { FailPoints } from '@coinop/shared/fail-points'
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { leaderboardsDelete } from './routes/leaderboards.delete.ts'
import { boards, boardSnapshots, snapshotRuns } from './schema.ts'
import { SnapshotRun, snapshotsMax } from './snapshot-run.ts'
import { dayOf, forgetOldSnapshots } from './snapshots.ts'
import { sweep } from './sweep.ts'
import {
  bindings,
  type Board,
  db,
  makeBoard,
  newProject,
  newUsers,
  storedSeasons,
  submit,
  withScores,
} from './test-leaderboards.ts'
import { listOf, snapshotOf, storedSnapshots, takeSnapshot } from './test-snapshots.ts'
import { closeSeasonOf } from './test-seasons.ts'

/** Each test is in days of its own, for a day is done once in the whole database. */
let month = 0
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(`${2030 + ++month}-03-10T12:00:00Z`)
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const at = (time: string) => vi.setSystemTime(`${2030 + month}-03-${time}:00Z`)
const day = (number: string) => `${2030 + month}-03-${number}`
const run = () => new SnapshotRun(bindings).run()
const finished = async () => {
  const rows = await db.select().from(snapshotRuns)
  return rows.every(({ finishedAt }) => finishedAt !== null)
}
async function runAll(): Promise<void> {
  for (let minute = 0; minute < 100; minute++) {
    await run()
    if (await finished()) return
  }
  throw new Error('The run of the day does not end.')
}

describe('the daily snapshot', () => {
  test('is taken once for each day that has ended, of what stood then', async () => {
    const board = await makeBoard()
    const [ada, grace] = await withScores(board, [10, 20])
    at('10T23:59')
    await runAll()
    expect(await storedSnapshots(board)).toEqual([])
    at('11T00:01')
    await runAll()
    await submit(board, { userId: ada!, score: 30 })
    await runAll()
    at('12T00:01')
    await Promise.all([sweep(bindings), sweep(bindings)])
    await runAll()
    expect((await listOf(board)).body.data).toMatchObject([
      { day: day('11'), total: 2, kept: 2 },
      { day: day('10'), total: 2, kept: 2 },
    ])
    const linesOf = async (of: string) =>
      (await snapshotOf(board, of)).body.data.map(({ userId, rank, score }: Line) => [
        userId,
        rank,
        score,
      ])
    expect(await linesOf(day('10'))).toEqual([
      [grace, 1, 20],
      [ada, 2, 10],
    ])
    expect(await linesOf(day('11'))).toEqual([
      [ada, 1, 30],
      [grace, 2, 20],
    ])
  })

  test('keeps the best 1,000 and the total', async () => {
    const board = await makeBoard()
    const users = await newUsers(1_010, board.caller.projectId)
    await withScores(board, [1])
    const season = (await storedSeasons(board.id))[0]!
    const stub = bindings.BOARDS.getByName(`${season.projectId}/${board.id}/${season.id}`)
    const reference = {
      season: { ...season, seasonId: season.id },
      rules: {
        version: 1,
        keys: [{ sort: 'desc' as const }],
        tiePolicy: 'first_to_reach' as const,
        operator: 'best' as const,
      },
    }
    for (let from = 0; from < users.length; from += 100) {
      const part = users.slice(from, from + 100)
      await stub.submit(
        reference,
        part.map((userId, index) => ({ userId, keys: [10 + from + index] })),
      )
    }
    at('11T00:01')
    await runAll()
    const [stored] = await storedSnapshots(board)
    expect(stored).toMatchObject({ total: 1_011 })
    expect(stored!.entries).toHaveLength(1_000)
    expect(stored!.entries[0]).toEqual([users.at(-1), 1, [1_019]])
    expect(stored!.entries.at(-1)![1]).toBe(1_000)
  }, 30_000)

  test('of a season that ended with the day is that of its end; the new one has none of that day', async () => {
    const board = await makeBoard({
      operator: 'increment',
      schedule: { cron: '0 0 * * *', timeZone: 'UTC' },
    })
    const [ada] = await withScores(board, [5])
    at('11T00:01')
    await submit(board, { userId: ada!, score: 1 })
    await runAll()
    const [first, second] = await storedSeasons(board.id)
    expect(await storedSnapshots(board)).toMatchObject([
      { seasonId: first!.id, day: day('10'), entries: [[ada, 1, [5]]] },
    ])
    expect((await listOf(board, { season: second!.id })).body.data).toEqual([])
  })

  test('leaves out what was closed during the day, and deleted boards', async () => {
    const [closed, deleted] = [await makeBoard(), await makeBoard()]
    await withScores(closed, [1])
    await withScores(deleted, [1])
    await closeSeasonOf(closed)
    const params = { leaderboardId: deleted.id }
    const query = { confirm: deleted.slug }
    await call(leaderboardsDelete, { params, query, caller: deleted.caller })
    at('11T00:01')
    await runAll()
    const [over] = await storedSeasons(closed.id)
    const snapshots = await storedSnapshots(closed)
    expect(snapshots.filter(({ seasonId }) => seasonId === over!.id)).toEqual([])
    expect(await storedSnapshots(deleted)).toEqual([])
  })

  test('over many boards is bounded in a run, and every board has its turn', async () => {
    const caller = { ...(await newProject()), plan: 'scale' }
    const made: Board[] = []
    for (let count = 0; count < snapshotsMax + 5; count++) {
      made.push(await makeBoard({}, caller))
      await withScores(made.at(-1)!, [count])
    }
    at('11T00:01')
    const taken = async () => (await Promise.all(made.map(storedSnapshots))).flat().length
    await run()
    expect(await taken()).toBeLessThanOrEqual(snapshotsMax)
    await runAll()
    expect(await taken()).toBe(made.length)
  }, 60_000)

  const breaks = ['take', 'note'].flatMap((step) =>
    (['throw', 'lose-reply', 'duplicate'] as const).map((action) => ({ step, action })),
  )
  test.each(breaks)(
    'interrupted at $step ($action) it goes on, and each board has one of the day',
    async ({ step, action }) => {
      vi.spyOn(console, 'error').mockReturnValue()
      const made = [await makeBoard(), await makeBoard(), await makeBoard()]
      for (const board of made) await withScores(board, [1])
      at('11T00:01')
      const points = new FailPoints().register(
        SnapshotRun,
        ['take', 'note'].map((method) => ({ method, waits: true })),
        () => undefined,
      )
      let met = 0
      points.begin((point) => (point.endsWith(`.${step}`) && ++met === 1 ? action : undefined))
      await run().catch(() => undefined)
      points.uninstall()
      expect(met).toBeGreaterThan(0)
      await runAll()
      for (const board of made) expect(await storedSnapshots(board)).toHaveLength(1)
    },
  )

  test('a board that always fails keeps no other waiting, and the day ends', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const [broken, fine] = [await makeBoard(), await makeBoard()]
    await withScores(broken, [1])
    await withScores(fine, [1])
    at('11T00:01')
    const { take } = SnapshotRun.prototype as unknown as Record<string, Method>
    vi.spyOn(SnapshotRun.prototype, 'take').mockImplementation(function (
      this: SnapshotRun,
      ...input
    ) {
      if (input[0].boardId === broken.id) throw new Error('broken')
      return take!.apply(this, input) as Promise<void>
    })
    await runAll()
    expect(await storedSnapshots(fine)).toHaveLength(1)
    expect(await storedSnapshots(broken)).toEqual([])
  })

  test('taken by hand during the day, the end of the day takes its place', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [1])
    await takeSnapshot(board)
    await submit(board, { userId: ada!, score: 2 })
    expect(await storedSnapshots(board)).toMatchObject([{ entries: [[ada, 1, [1]]] }])
    at('11T00:01')
    await runAll()
    expect(await storedSnapshots(board)).toMatchObject([
      { day: day('10'), entries: [[ada, 1, [2]]] },
    ])
  })

  test('goes after 30 days, and with its board', async () => {
    const [board, other] = [await makeBoard(), await makeBoard()]
    await withScores(board, [1])
    await withScores(other, [1])
    await takeSnapshot(board)
    await takeSnapshot(other)
    const old = dayOf(Date.now() - 31 * 86_400_000)
    await db.update(boardSnapshots).set({ day: old }).where(eq(boardSnapshots.boardId, board.id))
    await forgetOldSnapshots(db)
    expect(await storedSnapshots(board)).toEqual([])
    expect(await storedSnapshots(other)).toHaveLength(1)
    await db.update(boards).set({ deletedAt: 1 }).where(eq(boards.id, other.id))
    await sweep(bindings)
    expect(await storedSnapshots(other)).toEqual([])
  })
})

type Line = { userId: string; rank: number; score: number }
type Method = (this: object, ...input: unknown[]) => unknown
