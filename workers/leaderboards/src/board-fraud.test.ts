import { evictDurableObject } from 'cloudflare:test'
import { newId } from '@coinop/shared/ids'
import { Random } from '@coinop/wallet/test-random'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { FraudAction, FraudCondition, FraudRule } from './fraud-rules.ts'
import { boardOf, type TestBoard } from './test-boards.ts'
import type { BoardRules, ScoreAnswer } from './board-commands.ts'
import { fill } from './test-fill.ts'

let made = 0
const rule = (
  condition: FraudCondition,
  action: FraudAction,
  more: Partial<FraudRule> = {},
): FraudRule => ({
  id: `frl_${++made}`,
  name: 'a rule',
  condition,
  action,
  shadow: false,
  priority: 100,
  ...more,
})
const above100 = { kind: 'score_outside' as const, min: -1_000_000, max: 100 }
const guarded = (fraud: FraudRule[], rules: Partial<BoardRules> = {}) =>
  boardOf({ ...rules, fraud }, { projectId: newId('prj') })

const listed = async (board: TestBoard) =>
  (await board.top({ limit: 100 })).standings.map(({ userId, keys }) => `${userId} ${keys[0]}`)
const reviewsOf = (board: TestBoard) => board.stub.reviews({ limit: 100 })

afterEach(() => {
  vi.useRealTimers()
})

describe('an action', () => {
  test('accept: the score stands, no rule behind it is tried, and nothing is recorded', async () => {
    const board = guarded([rule(above100, 'accept', { priority: 1 }), rule(above100, 'reject')])
    expect(await board.score('ada', 101)).toMatchObject({ value: { rank: 1, applied: true } })
    expect(await listed(board)).toEqual(['ada 101'])
    expect(await reviewsOf(board)).toEqual([])
  })

  test('flag: the score stands, and is to be reviewed', async () => {
    const board = guarded([rule(above100, 'flag')])
    await board.score('ada', 100)
    expect(await board.score('ada', 101)).toMatchObject({ value: { rank: 1, applied: true } })
    expect(await listed(board)).toEqual(['ada 101'])
    expect(await reviewsOf(board)).toMatchObject([
      { userId: 'ada', status: 'open', action: 'flag', submitted: [101], hits: 1 },
    ])
  })

  test('quarantine: a first score is hidden, answered as if it stood, and not announced', async () => {
    const board = guarded([rule(above100, 'quarantine')])
    await board.score('grace', 50)
    expect(await board.score('ada', 101)).toMatchObject({
      value: { rank: 1, previousRank: null, keys: [101], applied: true, attempts: 1 },
    })
    expect(await listed(board)).toEqual(['grace 50'])
    expect(await board.rank('ada')).toBeUndefined()
    expect(await board.stub.rank('ada', 'owner')).toMatchObject({ rank: 1, keys: [101] })
    await board.stub.poke()
    expect((await board.announced()).map(({ data }) => data['userId'])).toEqual(['grace'])
    const [review] = await reviewsOf(board)
    await board.stub.settle(review!.id, 'restored')
    expect(await listed(board)).toEqual(['ada 101', 'grace 50'])
  })

  test('quarantine: a standing is hidden with the score that was too good', async () => {
    const board = guarded([rule(above100, 'quarantine')])
    for (const score of [90, 101, 102]) await board.score('ada', score)
    expect(await listed(board)).toEqual([])
    const { changes } = await board.stub.changes(0, 10)
    expect(changes.map(({ kind, visible }) => [kind, visible])).toEqual([
      ['score', true],
      ['quarantine', false],
      ['score', false],
      ['score', false],
    ])
    expect(await reviewsOf(board)).toMatchObject([
      { status: 'open', action: 'quarantine', submitted: [102], hits: 2 },
    ])
  })

  test('reject: the score is refused without a reason, nothing changes, and it is counted', async () => {
    const board = guarded([rule(above100, 'reject')])
    await board.score('ada', 50)
    const { sequence } = await board.stub.state()
    for (let count = 0; count < 3; count++) {
      expect(await board.score('ada', 101 + count)).toEqual({
        ok: false,
        code: 'submission_rejected',
      })
    }
    expect(await listed(board)).toEqual(['ada 50'])
    expect((await board.stub.state()).sequence).toBe(sequence)
    expect(await reviewsOf(board)).toMatchObject([
      { status: 'rejected', submitted: [103], hits: 3 },
    ])
  })

  test.each(['flag', 'quarantine', 'reject'] as const)(
    '%s in shadow mode: it is recorded, and everything is as without the rule',
    async (action) => {
      const boards = [guarded([rule(above100, action, { shadow: true })]), guarded([])] as const
      for (const [userId, score] of [
        ['ada', 50],
        ['grace', 101],
        ['ada', 102],
        ['grace', 103],
      ] as const) {
        const [one, other] = await Promise.all(boards.map((board) => board.score(userId, score)))
        expect(one).toEqual(other)
      }
      const [first, second] = await Promise.all(boards.map((board) => board.stub.state()))
      expect(first).toEqual(second)
      expect(await reviewsOf(boards[0])).toMatchObject([
        { userId: 'ada', status: 'shadow', action, hits: 1 },
        { userId: 'grace', status: 'shadow', action, hits: 2 },
      ])
    },
  )

  test('each of a batch is judged after those before it', async () => {
    const board = guarded([rule({ kind: 'change_above', change: 10 }, 'reject')])
    const writes = [5, 16, 15, 25].map((score) => ({ userId: 'ada', keys: [score] }))
    const answers = await board.submit(writes)
    expect(answers.map(({ ok }) => ok)).toEqual([true, false, true, true])
  })

  test('a submission that changes nothing is not judged, and one that is sent again is answered as before', async () => {
    const board = guarded([rule({ kind: 'submissions_above', perHour: 1 }, 'reject')])
    const write = { userId: 'ada', keys: [5], idempotencyKey: 'key' }
    const [first] = await board.submit([write])
    expect(await board.score('ada', 4)).toMatchObject({ ok: true })
    const [again] = await board.submit([write])
    expect([first, again]).toMatchObject([
      { value: { replayed: false } },
      { value: { replayed: true } },
    ])
    expect(await board.score('ada', 6)).toMatchObject({ code: 'submission_rejected' })
  })
})

describe('what a rule knows', () => {
  test('the interval since the submission that stands', async () => {
    const board = guarded([rule({ kind: 'interval_below', seconds: 10 }, 'reject')])
    const start = Date.now()
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    await board.score('ada', 1)
    vi.setSystemTime(start + 9_999)
    expect(await board.refusal('ada', [2])).toBe('submission_rejected')
    expect(await board.refusal('grace', [2])).toBeUndefined()
    vi.setSystemTime(start + 10_000)
    expect(await board.refusal('ada', [2])).toBeUndefined()
  })

  test('the submissions of the last hour, also after an eviction, the rejected ones not among them', async () => {
    const board = guarded([rule({ kind: 'submissions_above', perHour: 3 }, 'reject')])
    const start = Math.floor(Date.now() / 60_000) * 60_000
    vi.useFakeTimers({ toFake: ['Date'], now: start })
    for (const score of [1, 2, 3]) expect(await board.refusal('ada', [score])).toBeUndefined()
    await evictDurableObject(board.stub)
    expect(await board.refusal('ada', [4])).toBe('submission_rejected')
    vi.setSystemTime(start + 59 * 60_000)
    expect(await board.refusal('ada', [4])).toBe('submission_rejected')
    vi.setSystemTime(start + 60 * 60_000)
    expect(await board.refusal('ada', [4])).toBeUndefined()
  })

  test.each(['desc', 'asc'] as const)(
    'how far ahead a score is, %s',
    async (sort) => {
      const condition: FraudCondition = { kind: 'z_score_above', zScore: 5, entriesMin: 100 }
      const board = guarded([rule(condition, 'reject')], { keys: [{ sort }] })
      const ahead = sort === 'desc' ? 1_000 : -1_000
      expect(await board.refusal('early', [ahead])).toBeUndefined()
      await board.remove('early')
      await fill(board, 200)
      expect(await board.refusal('cheat', [ahead])).toBe('submission_rejected')
      expect(await board.refusal('slow', [-ahead])).toBeUndefined()
      expect(await board.refusal('good', [100 + ahead / 10])).toBeUndefined()
    },
    30_000,
  )
})

describe('a review', () => {
  async function reviewed(action: FraudAction) {
    const board = guarded([rule(above100, action)])
    await board.score('ada', 50)
    await board.score('grace', 60)
    await board.score('ada', 101)
    const [review] = await reviewsOf(board)
    return { board, id: review!.id }
  }

  test.each(['flag', 'quarantine'] as const)(
    'of a %s that is confirmed removes the entry; the user may begin anew',
    async (action) => {
      const { board, id } = await reviewed(action)
      expect(await board.stub.settle(id, 'confirmed')).toMatchObject({
        value: { changed: true, review: { status: 'confirmed' } },
      })
      expect(await listed(board)).toEqual(['grace 60'])
      expect(await board.score('ada', 10)).toMatchObject({ value: { previousKeys: null } })
      expect(await listed(board)).toEqual(['grace 60', 'ada 10'])
      // Once more changes nothing.
      expect(await board.stub.settle(id, 'confirmed')).toMatchObject({ value: { changed: false } })
      expect(await listed(board)).toEqual(['grace 60', 'ada 10'])
      expect(await board.stub.settle(id, 'restored')).toEqual({ ok: false, code: 'review_decided' })
    },
  )

  test('of a flag that is restored leaves the entry, and the next hit is another review', async () => {
    const { board, id } = await reviewed('flag')
    const { sequence } = await board.stub.state()
    await board.stub.settle(id, 'restored')
    expect((await board.stub.state()).sequence).toBe(sequence)
    await board.score('ada', 102)
    expect((await reviewsOf(board)).map(({ status }) => status)).toEqual(['open', 'restored'])
  })

  test('of an entry that was removed meanwhile is over when it is decided', async () => {
    const { board, id } = await reviewed('quarantine')
    await board.remove('ada')
    expect(await board.stub.settle(id, 'restored')).toMatchObject({ value: { changed: true } })
    expect(await listed(board)).toEqual(['grace 60'])
  })

  test('changes nothing after the season was closed, nor does one that decides nothing', async () => {
    const { board, id } = await reviewed('quarantine')
    const { digest } = await board.close()
    for (const decision of ['confirmed', 'restored'] as const) {
      expect(await board.stub.settle(id, decision)).toEqual({ ok: false, code: 'season_closed' })
    }
    expect((await board.stub.state()).digest).toBe(digest)
    expect(await reviewsOf(board)).toMatchObject([{ status: 'open' }])
    const other = guarded([rule(above100, 'reject')])
    await other.score('ada', 101)
    const [rejected] = await reviewsOf(other)
    const answer = await other.stub.settle(rejected!.id, 'confirmed')
    expect(answer).toEqual({ ok: false, code: 'review_decided' })
    expect(await other.stub.settle('rvw_x', 'confirmed')).toEqual({
      ok: false,
      code: 'review_not_found',
    })
  })

  test('a flag becomes a quarantine when such a rule hits, and stays the one open review', async () => {
    const above200: FraudCondition = { ...above100, max: 200 }
    const board = guarded([rule(above200, 'quarantine', { priority: 1 }), rule(above100, 'flag')])
    for (const score of [101, 201, 102]) await board.score('ada', score)
    expect(await reviewsOf(board)).toMatchObject([{ action: 'quarantine', hits: 2 }])
    expect(await listed(board)).toEqual([])
  })
})

describe('whatever was put in quarantine and restored', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'the board is as if never flagged, in any order of scores, evictions and reviews (%d)',
    async (seed) => {
      const random = new Random(seed)
      const operator = (['best', 'latest', 'increment'] as const)[seed % 3]!
      const tiePolicy = (['first_to_reach', 'last_to_reach', 'shared_dense'] as const)[seed % 3]!
      const rules = { operator, tiePolicy }
      const suspicious: FraudCondition = { kind: 'score_outside', min: -5, max: 30 }
      const boards = [guarded([rule(suspicious, 'quarantine')], rules), guarded([], rules)] as const
      const [flagged, never] = boards
      const settleOne = async () => {
        const open = await flagged.stub.reviews({ status: 'open', limit: 100 })
        const review = open[random.below(Math.max(1, open.length))]
        if (review) await flagged.stub.settle(review.id, 'restored')
        return open.length
      }
      for (let step = 0; step < 150; step++) {
        const dice = random.below(10)
        if (dice === 0) {
          await flagged.stub.total()
          await evictDurableObject(flagged.stub)
        }
        if (dice > 0 && dice <= 2) await settleOne()
        if (dice > 2) {
          const userId = `usr_${random.below(12)}`
          const score = random.below(45) - 8
          const [one, other] = await Promise.all(boards.map((each) => each.score(userId, score)))
          const keysOf = (answer?: ScoreAnswer) => answer?.ok && answer.value.keys
          expect(keysOf(one)).toEqual(keysOf(other))
        }
      }
      expect((await flagged.stub.reviews({ limit: 100 })).length).toBeGreaterThan(3)
      while ((await settleOne()) > 0);
      expect(await listed(flagged)).toEqual(await listed(never))
      expect((await flagged.stub.state()).digest).toBe((await never.stub.state()).digest)
    },
    60_000,
  )
})
