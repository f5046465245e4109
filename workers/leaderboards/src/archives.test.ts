import { FailPoints } from '@coinop/shared/fail-points'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { archiveKey, archiveOf, archiveSnapshots, ArchiveUpload } from './archives.ts'
import { boardObject, referenceOf, type SeasonRow } from './seasons.ts'
import { sweep } from './sweep.ts'
import {
  bindings,
  type Board,
  makeBoard,
  newUsers,
  storedBoard,
  storedSeasons,
  submit,
  withScores,
} from './test-leaderboards.ts'
import { listOf, storedArchives, takeSnapshot } from './test-snapshots.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** The real R2 of the local runtime: vitest.worker.ts binds it here, wrangler.toml only where an operator wants it. */
const bucket = archiveOf(bindings)!

async function seasonOf(board: Board): Promise<SeasonRow> {
  return (await storedSeasons(board.id)).at(-1)!
}

/** So large that one part does not hold them. */
async function largeBoard(): Promise<{ board: Board; users: string[] }> {
  const board = await makeBoard()
  const [first] = await withScores(board, [0])
  const users = await newUsers(3_400, board.caller.projectId)
  const [row, season] = [(await storedBoard(board.id))!, await seasonOf(board)]
  const metadata = JSON.stringify({ text: 'x'.repeat(2_000) })
  for (let from = 0; from < users.length; from += 100) {
    const writes = users.slice(from, from + 100).map((userId, index) => ({
      userId,
      keys: [10_000 - from - index],
      metadata,
    }))
    await boardObject(bindings, season).submit(referenceOf(row, season), writes)
  }
  return { board, users: [...users, first!] }
}

type Line = { rank: number; userId: string; keys: number[]; metadata: object | null }
async function linesIn(board: Board): Promise<Line[]> {
  const [archive] = await storedArchives(board)
  const found = await bucket.get(archiveKey(await seasonOf(board), archive!.day))
  const text = await found!.text()
  if (text === '') return []
  expect(text.endsWith('\n')).toBe(true)
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

describe('the archive of a snapshot', () => {
  test('is the whole standing, a line for each entry, also in several parts', async () => {
    const { board, users } = await largeBoard()
    await takeSnapshot(board)
    expect((await listOf(board)).body.data).toMatchObject([{ archive: 'pending', total: 3_401 }])
    await archiveSnapshots(bindings)
    const [archive] = await storedArchives(board)
    expect(archive).toMatchObject({ status: 'stored', lines: 3_401 })
    expect(archive!.parts.length).toBeGreaterThan(1)
    const lines = await linesIn(board)
    expect(lines.map(({ userId }) => userId)).toEqual(users)
    expect(lines.map(({ rank }) => rank)).toEqual(users.map((_, index) => index + 1))
    expect(lines[0]).toMatchObject({ keys: [10_000], metadata: { text: 'x'.repeat(2_000) } })
    expect((await listOf(board)).body.data).toMatchObject([{ archive: 'stored' }])
  }, 60_000)

  const steps = ['begin', 'read', 'send', 'finish']
  const breaks = steps.flatMap((step) =>
    (['throw', 'lose-reply'] as const).flatMap((action) =>
      (step === 'send' ? [1, 2] : [1]).map((time) => ({ step, action, time })),
    ),
  )
  test('interrupted at every step it goes on, and nothing is missing or there twice', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const { board, users } = await largeBoard()
    for (const { step, action, time } of breaks) {
      await takeSnapshot(board)
      const points = new FailPoints().register(
        ArchiveUpload,
        steps.map((method) => ({ method, waits: true })),
        () => undefined,
      )
      let met = 0
      points.begin((point) => (point.endsWith(`.${step}`) && ++met === time ? action : undefined))
      await archiveSnapshots(bindings)
      points.uninstall()
      expect(met).toBeGreaterThanOrEqual(time)
      await archiveSnapshots(bindings)
      expect(await storedArchives(board), `${step} ${action}`).toMatchObject([{ status: 'stored' }])
      expect((await linesIn(board)).map(({ userId }) => userId)).toEqual(users)
    }
  }, 120_000)

  test('of a board without scores is an empty file', async () => {
    const board = await makeBoard()
    await takeSnapshot(board)
    await archiveSnapshots(bindings)
    expect(await storedArchives(board)).toMatchObject([{ status: 'stored', lines: 0 }])
    expect(await linesIn(board)).toEqual([])
  })

  test('a snapshot that is taken again on its day is archived again', async () => {
    const board = await makeBoard()
    const [ada] = await withScores(board, [1])
    await takeSnapshot(board)
    await archiveSnapshots(bindings)
    await submit(board, { userId: ada!, score: 2 })
    await takeSnapshot(board)
    await sweep(bindings)
    expect(await linesIn(board)).toMatchObject([{ userId: ada, keys: [2] }])
  })

  test('a bucket that does not answer is tried again, and after ten times the snapshot says failed', async () => {
    vi.spyOn(console, 'error').mockReturnValue()
    const board = await makeBoard()
    await withScores(board, [1])
    await takeSnapshot(board)
    const refuses = { createMultipartUpload: () => Promise.reject(new Error('R2 is down')) }
    const env = { ...bindings, LEADERBOARD_ARCHIVE: refuses } as unknown as typeof bindings
    for (let time = 0; time < 9; time++) await archiveSnapshots(env)
    expect((await listOf(board)).body.data).toMatchObject([{ archive: 'pending' }])
    await archiveSnapshots(env)
    expect((await listOf(board)).body.data).toMatchObject([{ archive: 'failed' }])
  })
})
