import { runDurableObjectAlarm } from 'cloudflare:test'
import { requestHash } from '@coinop/shared/hash'
import { describe, expect, test } from 'vitest'
import type { ScoreAnswer, ScoreWrite, TiePolicy } from './board-commands.ts'
import { boardOf, type TestBoard } from './test-boards.ts'

const usersOf = (standings: { userId: string; rank: number }[]) =>
  standings.map(({ userId, rank }) => `${rank} ${userId}`)
const listed = async (board: TestBoard) => usersOf((await board.top({ limit: 100 })).standings)

/** Four users, two of them tied; ada reached the tie first. */
async function tied(tiePolicy: TiePolicy): Promise<TestBoard> {
  const board = boardOf({ tiePolicy })
  for (const [userId, score] of Object.entries({ top: 30, ada: 20, grace: 20, last: 10 })) {
    await board.score(userId, score)
  }
  return board
}

describe('ties', () => {
  test.each([
    ['first_to_reach', ['1 top', '2 ada', '3 grace', '4 last']],
    ['last_to_reach', ['1 top', '2 grace', '3 ada', '4 last']],
    ['shared_competition', ['1 top', '2 ada', '2 grace', '4 last']],
    ['shared_dense', ['1 top', '2 ada', '2 grace', '3 last']],
  ] as const)('%s ranks those who are tied so in every list', async (policy, expected) => {
    const board = await tied(policy)
    expect(await listed(board)).toEqual(expected)
    expect(usersOf(await board.stub.around('ada', 50))).toEqual(expected)
    expect(usersOf(await board.stub.standings(['last', 'ada', 'grace', 'top']))).toEqual(expected)
    for (const line of expected) {
      const [rank, userId] = line.split(' ')
      expect(await board.rank(userId!)).toMatchObject({ rank: Number(rank), total: 4 })
    }
  })

  test.each([
    ['first_to_reach', 4],
    ['last_to_reach', 2],
    ['shared_competition', 2],
    ['shared_dense', 2],
  ] as const)('%s gives a new score its rank among equals', async (policy, rank) => {
    const board = await tied(policy)
    expect(await board.stub.rankFor([20])).toEqual({ rank, total: 4 })
    expect(await board.score('new', 20)).toMatchObject({ value: { rank } })
  })

  test.each(['first_to_reach', 'last_to_reach'] as const)(
    '%s: who submits an equal score again keeps the place',
    async (policy) => {
      const board = await tied(policy)
      const before = await listed(board)
      expect(await board.score('ada', 20)).toMatchObject({ value: { applied: false } })
      expect(await listed(board)).toEqual(before)
    },
  )
})

test('a submission answers the rank and the score before and after', async () => {
  const board = boardOf()
  await board.score('ada', 20)
  expect(await board.score('grace', 10)).toMatchObject({
    value: { rank: 2, previousRank: null, keys: [10], previousKeys: null, applied: true },
  })
  expect(await board.score('grace', 30)).toMatchObject({
    value: { rank: 1, previousRank: 2, keys: [30], previousKeys: [10], applied: true },
  })
  expect(await board.score('grace', 5)).toMatchObject({
    value: { rank: 1, previousRank: 1, keys: [30], previousKeys: [30], applied: false },
  })
})

describe('a retry', () => {
  test('of an increment counts once, and answers what the first did', async () => {
    const board = boardOf({ operator: 'increment' })
    const write = { userId: 'ada', keys: [5], idempotencyKey: 'k1' }
    const [first] = await board.submit([write])
    const [again] = await board.submit([write])
    expect(first).toMatchObject({ ok: true, value: { keys: [5], replayed: false } })
    expect(again).toEqual({
      ok: true,
      value: { ...(first as { value: object }).value, replayed: true },
    })
    expect(await board.rank('ada')).toMatchObject({ keys: [5], attempts: 1 })
  })

  test('with another body is refused with idempotency_conflict, and changes nothing', async () => {
    const board = boardOf({ operator: 'increment' })
    await board.submit([{ userId: 'ada', keys: [5], idempotencyKey: 'k1' }])
    for (const write of [
      { userId: 'ada', keys: [6] },
      { userId: 'grace', keys: [5] },
    ]) {
      const [answer] = await board.submit([{ ...write, idempotencyKey: 'k1' }])
      expect(answer).toEqual({ ok: false, code: 'idempotency_conflict' })
    }
    expect(await listed(board)).toEqual(['1 ada'])
  })

  test('of several scores in one request counts once, whatever part of them comes again', async () => {
    const board = boardOf({ operator: 'increment' })
    const writes = ['ada', 'bob', 'cy'].map((userId, index) => ({
      userId,
      keys: [10 + index],
      idempotencyKey: `${userId}:${index}`,
    }))
    const [ada, bob, cy] = writes as [ScoreWrite, ScoreWrite, ScoreWrite]
    const submit = (some: ScoreWrite[], indexes: number[]) =>
      board.submit(some, { key: 'request', indexes })
    // The first alone, then all of them twice in one commit, then each alone, then another user in the place of one.
    await submit([ada], [0])
    const [once, twice] = await Promise.all([submit(writes, [0, 1, 2]), submit(writes, [0, 1, 2])])
    const replays = (answers: ScoreAnswer[]) =>
      answers.map((answer) => answer.ok && answer.value.replayed)
    expect([replays(once), replays(twice)]).toEqual([
      [true, false, false],
      [true, true, true],
    ])
    expect(replays(await submit([cy], [2]))).toEqual([true])
    expect(replays(await submit([bob, cy], [1, 2]))).toEqual([true, true])
    const other = { userId: 'dan', keys: [1], idempotencyKey: 'dan:1' }
    expect(replays(await submit([other, cy], [1, 2]))).toEqual([false, true])
    expect(replays(await submit([other, bob], [1, 1]))).toEqual([true, true])
    const changed = await submit([{ ...bob, keys: [99] }, cy], [1, 2])
    expect(changed).toMatchObject([{ code: 'idempotency_conflict' }, { ok: true }])
    // The same places of another request are other scores.
    const again = await board.submit([{ ...bob, idempotencyKey: 'x' }, cy], {
      key: 'other',
      indexes: [1, 2],
    })
    expect(replays(again)).toEqual([false, false])
    expect(await board.rank('bob')).toMatchObject({ keys: [22], attempts: 2 })
  })

  test('that came when digests were kept of writes is known as well', async () => {
    const board = boardOf({ operator: 'increment' })
    const write = { userId: 'ada', keys: [5], idempotencyKey: 'k1' }
    const digest = requestHash('submit', ['ada', [5], undefined, undefined])
    await board.submit([{ ...write, requestHash: digest }])
    expect(await board.submit([write])).toMatchObject([{ value: { replayed: true } }])
    const refused = [{ code: 'idempotency_conflict' }]
    expect(await board.submit([{ ...write, keys: [6] }])).toMatchObject(refused)
    expect(await board.submit([{ ...write, metadata: '{}' }])).toMatchObject(refused)
  })

  test('tells long requests apart as well, alone and with others', async () => {
    const board = boardOf({ operator: 'increment' })
    const long = (end: string) => JSON.stringify({ replay: `${'x'.repeat(100)}${end}` })
    const writes = ['ada', 'bob'].map((userId) => ({
      userId,
      keys: [5],
      metadata: long('1'),
      idempotencyKey: userId,
    }))
    const others = writes.map((write) => ({ ...write, metadata: long('2') }))
    const part = { key: 'request', indexes: [0, 1] }
    await board.submit(writes, part)
    expect(await board.submit(writes, part)).toMatchObject(
      writes.map(() => ({ value: { replayed: true } })),
    )
    expect(await board.submit(others, part)).toMatchObject(
      others.map(() => ({ code: 'idempotency_conflict' })),
    )
    const [alone] = [{ ...writes[0]!, idempotencyKey: 'alone' }]
    await board.submit([alone])
    expect(await board.submit([alone])).toMatchObject([{ value: { replayed: true } }])
    expect(await board.submit([{ ...alone, metadata: long('2') }])).toMatchObject([
      { code: 'idempotency_conflict' },
    ])
  })

  test('is answered when the season is over', async () => {
    const board = boardOf()
    const write = { userId: 'ada', keys: [5], idempotencyKey: 'k1' }
    await board.submit([write])
    await board.close()
    expect((await board.submit([write]))[0]).toMatchObject({ value: { replayed: true, rank: 1 } })
    const other = { ...write, idempotencyKey: 'k2' }
    expect((await board.submit([other]))[0]).toEqual({ ok: false, code: 'season_closed' })
  })
})

describe('refused, and nothing changes', () => {
  test('wrong_number_of_keys, score_out_of_bounds, attempts_exhausted', async () => {
    const board = boardOf({ scoreMin: -5, scoreMax: 100, attemptsMax: 2 })
    expect(await board.refusal('ada', [1, 2])).toBe('wrong_number_of_keys')
    expect(await board.refusal('ada', [])).toBe('wrong_number_of_keys')
    for (const score of [101, -6, Number.NaN, Infinity]) {
      expect(await board.refusal('ada', [score])).toBe('score_out_of_bounds')
    }
    expect(await board.score('ada', 1)).toMatchObject({ value: { attempts: 1 } })
    expect(await board.score('ada', 0)).toMatchObject({ value: { attempts: 2, applied: false } })
    expect(await board.refusal('ada', [5])).toBe('attempts_exhausted')
    expect(await board.rank('ada')).toMatchObject({ keys: [1], attempts: 2, total: 1 })
  })

  test('season_not_started before it, season_closed from its end on', async () => {
    const early = boardOf({}, { startsAt: Number.MAX_SAFE_INTEGER })
    expect(await early.refusal('ada', [1])).toBe('season_not_started')
    const late = boardOf({}, { endsAt: 1 })
    expect(await late.refusal('ada', [1])).toBe('season_closed')
  })

  test('season_closed once it is frozen, for removals and reviews too', async () => {
    const board = boardOf()
    await board.score('ada', 1)
    const closing = await board.close()
    expect(closing).toMatchObject({ total: 1, digest: expect.stringMatching(/^[0-9a-f]{64}$/) })
    expect(await board.refusal('ada', [2])).toBe('season_closed')
    const refused = { ok: false, code: 'season_closed' }
    expect(await board.remove('ada')).toEqual(refused)
    expect(await board.stub.quarantine('ada', 'too good')).toEqual(refused)
    expect(await board.close()).toEqual(closing)
    expect(await board.stub.state()).toMatchObject({ digest: closing.digest })
  })
})

test('every accepted score is in the event log of the project, once', async () => {
  const board = boardOf()
  await board.score('ada', 1)
  await board.score('ada', 2)
  await runDurableObjectAlarm(board.stub)
  await runDurableObjectAlarm(board.stub)
  const events = await board.announced()
  expect(events.map(({ data }) => [data['score'], data['previousScore']])).toEqual([
    [1, null],
    [2, 1],
  ])
})

test('a wiped board is empty, and its object may be used again', async () => {
  const board = boardOf()
  await board.score('ada', 1)
  await board.stub.wipe()
  expect(await board.stub.total()).toBe(0)
  expect(await board.stub.top({ limit: 10 })).toMatchObject({ standings: [], next: null })
})
