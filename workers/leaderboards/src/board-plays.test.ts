import { evictDurableObject } from 'cloudflare:test'
import { newId } from '@coinop/shared/ids'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { stretchChangesMax } from './board-backtest.ts'
import type { BoardRules, Play, ScoreWrite } from './board-commands.ts'
import { PlayRows } from './board-plays.ts'
import type { FraudRule } from './fraud-rules.ts'
import { boardOf, type TestBoard } from './test-boards.ts'

const newBoard = (rules: Partial<BoardRules> = {}) => boardOf(rules, { projectId: newId('prj') })

async function started(board: TestBoard, userId = 'ada', more: object = {}): Promise<Play> {
  const start = { userId, seconds: 3_600, ...more }
  const answer = await board.stub.startPlay(board.reference, start)
  if (!answer.ok) throw new Error(answer.code)
  return answer.value.play
}
/** The score of a session. */
const scoreOf = (play: Play, score: number, more: Partial<ScoreWrite> = {}): ScoreWrite => ({
  userId: play.userId,
  keys: [score],
  play: { ...play, seasonId: 'sea_1' },
  ...more,
})
async function send(board: TestBoard, write: ScoreWrite) {
  const [answer] = await board.submit([write])
  return answer!
}
const listed = async (board: TestBoard) =>
  (await board.top({ limit: 100 })).standings.map(({ userId, keys }) => `${userId} ${keys[0]}`)

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

describe('a session', () => {
  test('brings one score: of twenty at once, in calls and in a batch, one counts', async () => {
    const board = newBoard({ operator: 'increment' })
    const play = await started(board)
    const batch = Array.from({ length: 10 }, () => scoreOf(play, 5))
    const answers = [
      ...(await Promise.all(batch.map((write) => send(board, write)))),
      ...(await board.submit(batch)),
    ]
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(
      answers.filter((answer) => !answer.ok && answer.code === 'score_submitted'),
    ).toHaveLength(19)
    expect(await listed(board)).toEqual(['ada 5'])
    expect(await board.stub.play(play.id)).toMatchObject({ score: 5, userId: 'ada' })
  })

  test('is used by a score that changes nothing, too; its key is answered as before, after an eviction, another is not', async () => {
    const board = newBoard()
    await board.score('ada', 10)
    const play = await started(board)
    const write = scoreOf(play, 3, { idempotencyKey: 'a', requestHash: 'a' })
    const first = await send(board, write)
    expect(first).toMatchObject({ value: { applied: false, keys: [10], replayed: false } })
    await evictDurableObject(board.stub)
    const again = await send(board, write)
    expect(again).toEqual({ ok: true, value: { ...(first.ok && first.value), replayed: true } })
    const codeOf = async (more: Partial<ScoreWrite>) => {
      const answer = await send(board, { ...write, ...more })
      return answer.ok ? undefined : answer.code
    }
    expect(await codeOf({ requestHash: 'b' })).toBe('idempotency_conflict')
    expect(await codeOf({ idempotencyKey: 'b' })).toBe('score_submitted')
    expect(await board.stub.play(play.id)).toMatchObject({ score: 3 })
  })

  test('is not used by a score that is refused', async () => {
    const board = newBoard({ scoreMax: 10 })
    const play = await started(board)
    expect(await send(board, scoreOf(play, 11))).toMatchObject({ code: 'score_out_of_bounds' })
    expect(await board.stub.play(play.id)).toMatchObject({ submittedAt: null, score: null })
    expect(await send(board, scoreOf(play, 10))).toMatchObject({ ok: true })
  })

  test('is used together with its score, or neither is', async () => {
    const board = newBoard()
    const play = await started(board)
    const use = vi.spyOn(PlayRows.prototype, 'use').mockImplementation(() => {
      throw new Error('between the two')
    })
    await expect(send(board, scoreOf(play, 7))).rejects.toThrow('between the two')
    expect(use).toHaveBeenCalled()
    use.mockRestore()
    expect(await listed(board)).toEqual([])
    expect(await send(board, scoreOf(play, 7))).toMatchObject({ ok: true })
    expect(await listed(board)).toEqual(['ada 7'])
  })

  test('expires, and nothing is stored', async () => {
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const board = newBoard()
    const play = await started(board, 'ada', { seconds: 5 })
    vi.setSystemTime(start + 5_000)
    expect(await send(board, scoreOf(play, 1))).toEqual({ ok: false, code: 'session_expired' })
    vi.setSystemTime(start + 4_999)
    expect(await send(board, scoreOf(play, 1))).toMatchObject({ ok: true })
    // Its key is answered when its time is over, too.
    vi.setSystemTime(start + 5_001)
    expect(await send(board, scoreOf(play, 1))).toEqual({ ok: false, code: 'score_submitted' })
  })

  test('is started once for a key, and is forgotten days after it has expired', async () => {
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const board = newBoard()
    const once = { key: 'player:ada:k' }
    const [one, two] = await Promise.all([started(board, 'ada', once), started(board, 'ada', once)])
    expect(one).toEqual(two)
    const other = { userId: 'ada', seconds: 1, ...once }
    expect(await board.stub.startPlay(board.reference, other)).toEqual({
      ok: false,
      code: 'idempotency_conflict',
    })
    vi.setSystemTime(start + 2.9 * 86_400_000)
    const young = await started(board, 'grace')
    expect(await board.stub.play(one.id)).toEqual(one)
    vi.setSystemTime(start + 3.1 * 86_400_000)
    await started(board, 'grace')
    expect(await board.stub.play(one.id)).toBeUndefined()
    expect(await board.stub.play(young.id)).toEqual(young)
  })

  test('of an ended season: no new one, the key of one that was, and its score where it is sent next', async () => {
    const board = newBoard()
    const play = await started(board, 'ada', { key: 'k' })
    const used = await started(board, 'grace')
    await send(board, scoreOf(used, 4))
    await board.close()
    const start = { userId: 'ada', seconds: 3_600 }
    expect(await board.stub.startPlay(board.reference, start)).toMatchObject({
      code: 'season_closed',
    })
    expect(await board.stub.startPlay(board.reference, { ...start, key: 'k' })).toMatchObject({
      value: { play, replayed: true },
    })
    expect(await send(board, scoreOf(used, 4))).toMatchObject({ code: 'score_submitted' })
    expect(await send(board, scoreOf(play, 4))).toMatchObject({ code: 'season_closed' })
    const next = newBoard()
    const answers = await next.submit([scoreOf(play, 4), scoreOf(play, 5)])
    expect(answers).toMatchObject([{ ok: true }, { code: 'score_submitted' }])
    expect(await next.stub.play(play.id)).toMatchObject({ score: 4, createdAt: play.createdAt })
  })
})

describe('a rule that demands a session', () => {
  const rule: FraudRule = {
    id: 'frl_play',
    name: 'No session',
    condition: { kind: 'play_session_missing', secondsMin: 10 },
    action: 'reject',
    shadow: false,
    priority: 100,
  }
  /** A player without one, a server without one, a session that is too short, one that is long enough. */
  async function lived(fraud: FraudRule[]) {
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    const board = newBoard({ fraud })
    await board.submit([{ userId: 'base', keys: [1] }])
    const [short, long] = [await started(board, 'short'), await started(board, 'long')]
    vi.setSystemTime(start + 9_999)
    const outcomes = [
      await send(board, { userId: 'none', keys: [5], isByPlayer: true }),
      await send(board, { userId: 'server', keys: [5] }),
      await send(board, scoreOf(short, 5, { isByPlayer: true })),
    ]
    vi.setSystemTime(start + 10_000)
    outcomes.push(await send(board, scoreOf(long, 5, { isByPlayer: true })))
    return { board, short, outcomes: outcomes.map((answer) => (answer.ok ? 'ok' : answer.code)) }
  }
  const rejected = 'submission_rejected'

  test('hits a player’s score without one and one that came too soon, not a server’s', async () => {
    const { board, short, outcomes } = await lived([rule])
    expect(outcomes).toEqual([rejected, 'ok', rejected, 'ok'])
    // Not used: the score may come when it can.
    expect(await send(board, scoreOf(short, 5, { isByPlayer: true }))).toMatchObject({ ok: true })
  })

  test('in shadow mode is only recorded, and a trial finds the same, also where there was no rule', async () => {
    const { board, outcomes } = await lived([{ ...rule, shadow: true }])
    expect(outcomes).toEqual(['ok', 'ok', 'ok', 'ok'])
    const reviews = await board.stub.reviews({ limit: 10 })
    const { board: plain } = await lived([])
    for (const each of [board, plain]) {
      const part = await each.stub.backtest({
        rules: [rule],
        begin: { at: 0 },
        until: Infinity,
        changesMax: stretchChangesMax,
        examplesMax: 10,
      })
      expect(part.decided.reject).toBe(2)
      expect(part.examples.map(({ userId, reason }) => [userId, reason])).toEqual(
        reviews.toReversed().map(({ userId, reason }) => [userId, reason]),
      )
    }
    expect(reviews.map(({ reason }) => reason)).toEqual([
      '9.999 s after its play session was started, less than 10 s.',
      'Without a play session.',
    ])
  })
})
