import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { newId } from '@coinop/shared/ids'
import { describe, expect, test, vi } from 'vitest'
import type { BoardObject } from './board-object.ts'
import { pruneMax } from './board-journal.ts'
import { boardOf, type TestBoard } from './test-boards.ts'
import { fill } from './test-fill.ts'

const listed = async (board: TestBoard) =>
  (await board.top({ limit: 100 })).standings.map(
    ({ rank, userId, keys }) => `${rank} ${userId} ${keys.join('/')}`,
  )
const inside = (board: TestBoard, sql: string) =>
  runInDurableObject(board.stub, (_: BoardObject, { storage }) => storage.sql.exec(sql).toArray())

describe('seen elsewhere', () => {
  test('an increment by 0 changes nothing, and counts as an attempt where attempts are counted', async () => {
    const board = boardOf({ operator: 'increment', attemptsMax: 5 })
    await board.score('ada', 7)
    await board.score('grace', 7)
    expect(await board.score('ada', 0)).toMatchObject({
      value: { rank: 1, previousRank: 1, keys: [7], applied: false, attempts: 2 },
    })
    expect(await board.score('ada', -0)).toMatchObject({ value: { rank: 1, attempts: 3 } })
    expect(await listed(board)).toEqual(['1 ada 7', '2 grace 7'])
    expect(await board.score('new', 0)).toMatchObject({ value: { rank: 3, keys: [0] } })
  })

  test('-0 and 0 are the same score', async () => {
    const board = boardOf({ keys: [{ sort: 'asc' }], tiePolicy: 'shared_dense' })
    await board.score('ada', -0)
    await board.score('grace', 0)
    expect(await listed(board)).toEqual(['1 ada 0', '1 grace 0'])
    expect(Object.is((await board.rank('ada'))!.keys[0], 0)).toBe(true)
  })

  test('negative scores and decimals stand in order, in both directions', async () => {
    const scores = { a: -1.5, b: -1.25, c: 0.1, d: 0.30000000000000004, e: 0.3 }
    for (const [sort, order] of [
      ['desc', 'decba'],
      ['asc', 'abced'],
    ] as const) {
      const board = boardOf({ keys: [{ sort }] })
      for (const [userId, score] of Object.entries(scores)) await board.score(userId, score)
      expect((await listed(board)).map((line) => line.split(' ')[1]).join('')).toBe(order)
    }
  })

  test('sums that are no longer exact are refused, and a score below them is not', async () => {
    const board = boardOf({ operator: 'increment' })
    await board.score('ada', Number.MAX_SAFE_INTEGER)
    expect(await board.refusal('ada', [1])).toBe('score_out_of_bounds')
    expect(await board.refusal('ada', [Number.MAX_VALUE])).toBe('score_out_of_bounds')
    expect(await board.score('ada', -1)).toMatchObject({
      value: { keys: [Number.MAX_SAFE_INTEGER - 1] },
    })
  })

  test('paging backwards gives the pages of paging forwards, also while scores move', async () => {
    const board = boardOf()
    for (let user = 0; user < 9; user++) await board.score(`u${user}`, 100 - user)
    const first = await board.top({ limit: 3 })
    const second = await board.top({ limit: 3, after: first.next! })
    expect(first.previous).toBeNull()
    // Who comes to the first page shifts the ranks of the second, and nobody is shown twice or left out.
    await board.score('u8', 200)
    const third = await board.top({ limit: 3, after: second.next! })
    expect(third.standings.map(({ userId, rank }) => `${rank} ${userId}`)).toEqual(['8 u6', '9 u7'])
    const back = await board.stub.before({ before: third.previous!, limit: 3 })
    expect(back.standings.map(({ userId, rank }) => `${rank} ${userId}`)).toEqual([
      '5 u3',
      '6 u4',
      '7 u5',
    ])
  })

  test('around +-1, at both ends and in the middle, and 0 is the user alone', async () => {
    const board = boardOf()
    for (let user = 0; user < 5; user++) await board.score(`u${user}`, 100 - user)
    const around = async (userId: string, each: number) =>
      (await board.stub.around(userId, each)).map(({ rank }) => rank)
    expect(await around('u0', 1)).toEqual([1, 2])
    expect(await around('u2', 1)).toEqual([2, 3, 4])
    expect(await around('u4', 1)).toEqual([4, 5])
    expect(await around('u2', 0)).toEqual([3])
    expect(await around('nobody', 1)).toEqual([])
  })

  test('who is deleted and added again has nothing of before', async () => {
    const board = boardOf({ attemptsMax: 2 })
    await board.submit([{ userId: 'ada', keys: [90], metadata: '{"run":1}' }])
    await board.score('grace', 50)
    expect(await board.remove('ada')).toEqual({ ok: true, value: { removed: true } })
    expect(await board.remove('ada')).toEqual({ ok: true, value: { removed: false } })
    expect(await board.rank('ada')).toBeUndefined()
    expect(await board.score('ada', 50)).toMatchObject({
      value: { rank: 2, previousRank: null, attempts: 1 },
    })
    expect(await board.rank('ada')).toMatchObject({ metadata: null, total: 2 })
  })

  test('the metadata is of the run that stands', async () => {
    const board = boardOf({ keys: [{ sort: 'desc' }, { sort: 'asc' }] })
    const run = (score: number, seconds: number, name: string) =>
      board.submit([{ userId: 'ada', keys: [score, seconds], metadata: `{"run":"${name}"}` }])
    await run(10, 60, 'first')
    await run(9, 1, 'worse')
    await run(10, 60, 'equal')
    expect(await board.rank('ada')).toMatchObject({ metadata: '{"run":"first"}' })
    await run(10, 59, 'faster')
    expect(await board.rank('ada')).toMatchObject({
      metadata: '{"run":"faster"}',
      keys: [10, 59],
    })
    await board.score('ada', 11, 70)
    expect(await board.rank('ada')).toMatchObject({ metadata: null, keys: [11, 70] })
  })

  test('an override is of its write only', async () => {
    const board = boardOf()
    await board.score('ada', 10)
    const once = await board.submit([{ userId: 'ada', keys: [-4], operator: 'increment' }])
    expect(once).toMatchObject([{ value: { keys: [6], previousKeys: [10], applied: true } }])
    expect(await board.score('ada', 5)).toMatchObject({ value: { keys: [6], applied: false } })
  })
})

describe('quarantine', () => {
  test('and restore leave the board as if never flagged, whatever was submitted in between', async () => {
    const boards = [boardOf(), boardOf()] as const
    const [flagged, never] = boards
    const both = (userId: string, score: number) =>
      Promise.all(boards.map((board) => board.score(userId, score)))
    for (const [userId, score] of Object.entries({ ada: 30, grace: 30, edsger: 20 })) {
      await both(userId, score)
    }
    expect(await flagged.stub.quarantine('ada', 'too good')).toMatchObject({ ok: true })
    expect(await listed(flagged)).toEqual(['1 grace 30', '2 edsger 20'])
    expect(await flagged.rank('ada')).toBeUndefined()
    expect(await flagged.stub.rank('ada', 'owner')).toMatchObject({
      rank: 1,
      quarantined: 'too good',
    })
    await both('edsger', 30)
    await flagged.stub.restore('ada')
    expect((await flagged.stub.state()).digest).toBe((await never.stub.state()).digest)
    await flagged.stub.quarantine('ada', 'again')
    await both('ada', 40)
    await both('grace', 40)
    await evictDurableObject(flagged.stub)
    await flagged.stub.restore('ada')
    expect(await listed(flagged)).toEqual(['1 ada 40', '2 grace 40', '3 edsger 30'])
    expect((await flagged.stub.state()).digest).toBe((await never.stub.state()).digest)
  })

  test('that is confirmed removes the entry, and what is hidden is not announced until it is restored', async () => {
    const board = boardOf({}, { projectId: newId('prj') })
    for (const userId of ['ada', 'grace']) await board.score(userId, 10)
    for (const userId of ['ada', 'grace']) await board.stub.quarantine(userId, 'odd')
    for (const userId of ['ada', 'grace']) await board.score(userId, 20)
    await board.stub.poke()
    expect(await board.announced()).toHaveLength(2)
    expect(await board.stub.confirm('ada')).toEqual({ ok: true, value: { changed: true } })
    expect(await board.stub.restore('ada')).toEqual({ ok: false, code: 'entry_not_found' })
    await board.stub.restore('grace')
    await board.stub.poke()
    const events = await board.announced()
    expect(events.map(({ data }) => [data['userId'], data['score']])).toEqual([
      ['ada', 10],
      ['grace', 10],
      ['grace', 20],
    ])
  })
})

describe('the journal', () => {
  test('says what was submitted, when, by whom, and what it became, from any sequence on', async () => {
    const board = boardOf()
    await board.submit([{ userId: 'ada', keys: [10], metadata: '{"run":1}' }])
    await board.score('grace', 20)
    await board.remove('ada')
    const { changes, head, oldest } = await board.stub.changes(0, 100)
    expect({ head, oldest }).toEqual({ head: 3, oldest: 1 })
    expect(changes).toMatchObject([
      {
        sequence: 1,
        kind: 'score',
        userId: 'ada',
        submitted: [10],
        metadata: '{"run":1}',
        rank: 1,
      },
      { sequence: 2, kind: 'score', userId: 'grace', operator: 'best', keys: [20], rank: 1 },
      { sequence: 3, kind: 'remove', userId: 'ada', keys: null, previousKeys: [10] },
    ])
    expect((await board.stub.changes(2, 100)).changes).toEqual(changes.slice(2))
  })

  test('forgets what is older than 30 days, announced and in the checkpoint, and never the newest', async () => {
    const board = boardOf()
    await fill(board, 2_100)
    await board.stub.poke()
    expect((await board.stub.changes(0, 1)).oldest).toBe(1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31 * 24 * 3_600_000 })
    await board.score('late', 1)
    await board.stub.poke()
    vi.useRealTimers()
    const { checkpointed } = await board.stub.state()
    expect((await board.stub.changes(0, 1)).oldest).toBe(Math.min(checkpointed, pruneMax) + 1)
    await evictDurableObject(board.stub)
    expect(await board.stub.total()).toBe(2_101)
  })
})

describe('the checkpoint', () => {
  test('that is gone or damaged is made anew from the entries, and that is logged', async () => {
    const board = boardOf({ tiePolicy: 'shared_dense' })
    await fill(board, 4_100)
    const { digest } = await board.stub.state()
    const ranks = async () =>
      Promise.all([5, 500, 4_000].map(async (user) => (await board.rank(`usr_${user}`))?.rank))
    const expected = await ranks()
    const logged = vi.spyOn(console, 'error').mockReturnValue()
    for (const damage of [
      `DELETE FROM checkpoints`,
      `UPDATE checkpoints SET buckets = x'00'`,
      `UPDATE checkpoints SET chunks = 2`,
    ]) {
      await inside(board, damage)
      await evictDurableObject(board.stub)
      expect(await ranks()).toEqual(expected)
      expect(logged).toHaveBeenLastCalledWith(expect.stringContaining('board.rebuild'))
      // The next write makes it whole.
      await board.score('usr_5', -1)
      await board.score(`after ${damage}`, -5)
      await board.remove(`after ${damage}`)
      logged.mockClear()
      await evictDurableObject(board.stub)
      expect(await ranks()).toEqual(expected)
      expect(logged).not.toHaveBeenCalled()
    }
    logged.mockRestore()
    expect((await board.stub.state()).digest).toBe(digest)
  }, 60_000)

  test('that counts otherwise than the entries are is noticed when a rank is asked, and mended', async () => {
    const board = boardOf()
    await fill(board, 2_000)
    const rank = (await board.rank('usr_7'))!
    // Entries that the index does not know of: what no code path does.
    await inside(
      board,
      `INSERT INTO entries SELECT userId || 'x', hidden, o0, o1, o2, -tie, metadata, attempts, updatedAt, reachedAt, reason, minutes
       FROM entries`,
    )
    await evictDurableObject(board.stub)
    const logged = vi.spyOn(console, 'error').mockReturnValue()
    const mended = (await board.rank('usr_7'))!
    expect(logged).toHaveBeenCalledWith(expect.stringContaining('board.rebuild'))
    logged.mockRestore()
    expect(mended.total).toBe(4_000)
    expect(mended.rank).toBeGreaterThan(rank.rank)
    expect(await board.score('usr_7', 5_000)).toMatchObject({ value: { rank: 1 } })
  }, 60_000)
})

test('a newer definition is kept, an older one ignored, and its order is fixed by the first entry', async () => {
  const board = boardOf()
  const as = (version: number, more: object) => ({
    ...board.reference,
    rules: { ...board.reference.rules, version, ...more },
  })
  await board.stub.submit(as(2, { keys: [{ sort: 'asc' }] }), [{ userId: 'ada', keys: [1] }])
  await board.stub.submit(as(3, { scoreMax: 50 }), [{ userId: 'grace', keys: [2] }])
  expect(await board.refusal('late', [51])).toBe('score_out_of_bounds')
  expect(await listed(board)).toEqual(['1 ada 1', '2 grace 2'])
  // Without entries the order is free again.
  for (const userId of ['ada', 'grace']) await board.remove(userId)
  await board.stub.submit(as(4, {}), [{ userId: 'ada', keys: [1] }])
  await board.score('grace', 2)
  expect(await listed(board)).toEqual(['1 grace 2', '2 ada 1'])
  await evictDurableObject(board.stub)
  expect(await listed(board)).toEqual(['1 grace 2', '2 ada 1'])
})
