import type { Caller } from '@coinop/shared/caller'
import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newProject, storedBoard, uniqueKey } from '../test-leaderboards.ts'
import { leaderboardsCreate } from './leaderboards.create.ts'

const create = async (change: object, headers: Record<string, string> = {}, by?: Caller) =>
  call(leaderboardsCreate, {
    json: { slug: 'weekly', name: 'Weekly', ...change },
    headers,
    caller: by ?? (await newProject()),
  })

describe('leaderboards.create', () => {
  test('201 with the defaults of a plain high score, and it is stored', async () => {
    const { status, body } = await create({})
    expect(status).toBe(201)
    expect(body).toMatchObject({
      slug: 'weekly',
      keys: [{ name: 'score', sort: 'desc' }],
      operator: 'best',
      tiePolicy: 'first_to_reach',
      authoritative: true,
      public: false,
      schedule: null,
      rewards: [],
      locked: false,
      version: 1,
    })
    expect(await storedBoard(body.id)).toMatchObject({ slug: 'weekly', deletedAt: null })
  })

  test('201 with everything that can be said of a board', async () => {
    const all = {
      keys: [
        { name: 'points', sort: 'desc' },
        { name: 'seconds', sort: 'asc' },
      ],
      operator: 'increment',
      tiePolicy: 'shared_dense',
      scoreMin: -1.5,
      scoreMax: 1e6,
      attemptsMax: 3,
      authoritative: false,
      public: true,
      schedule: { cron: '0 0 * * 1', timeZone: 'Europe/Berlin' },
      seasonsKeptDays: 30,
      rewards: [
        { fromRank: 1, toRank: 3, currency: 'COIN', amount: 100 },
        { fromPercentile: 0, toPercentile: 12.5, currency: 'COIN', amount: 10 },
      ],
      gameId: 'dice',
    }
    expect(await create(all)).toMatchObject({ status: 201, body: all })
  })

  test('409 slug_taken in this project, not in another', async () => {
    const caller = await newProject()
    expect((await create({}, {}, caller)).status).toBe(201)
    const again = await create({}, {}, caller)
    expect(again).toMatchObject({ status: 409, body: { code: 'slug_taken' } })
    expect((await create({})).status).toBe(201)
  })

  test('201 once and 409 nine times when ten take one slug at once', async () => {
    const by = { ...(await newProject()), plan: 'pro' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({}, {}, by)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'slug_taken')).toHaveLength(9)
  })

  test('403 plan_limit for all that are beyond the plan, however many ask at once', async () => {
    const by = await newProject()
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => create({ slug: `board-${index}` }, {}, by)),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5)
    for (const { body } of answers.filter(({ status }) => status !== 201)) {
      expect(body).toMatchObject({ code: 'plan_limit', axis: 'boards', limit: 5, current: 5 })
    }
  })

  test('201 again for the same key, also ten times at once', async () => {
    const [headers, by] = [uniqueKey(), await newProject()]
    const send = () => create({}, headers, by)
    const answers = await Promise.all(Array.from({ length: 10 }, send))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const first = answers.filter((answer) => !answer.headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
  })

  test('409 idempotency_conflict when a key is used for another board', async () => {
    const [headers, by] = [uniqueKey(), await newProject()]
    await create({}, headers, by)
    const other = await create({ slug: 'other' }, headers, by)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  const points = { name: 'points', sort: 'desc' }
  test.each([
    ['/body/slug', { slug: 'Not A Slug' }],
    ['/body/slug', { slug: '' }],
    ['/body/name', { name: '' }],
    ['/body/name', { name: 'x'.repeat(101) }],
    ['/body/keys', { keys: [] }],
    ['/body/keys', { keys: [points, points] }],
    ['/body/keys', { keys: ['a', 'b', 'c', 'd'].map((name) => ({ name, sort: 'asc' })) }],
    ['/body/operator', { operator: 'worst' }],
    ['/body/tiePolicy', { tiePolicy: 'random' }],
    ['/body/scoreMax', { scoreMin: 2, scoreMax: 1 }],
    ['/body/attemptsMax', { attemptsMax: 0 }],
    ['/body/schedule/cron', { schedule: { cron: '* * * * *', timeZone: 'UTC' } }],
    ['/body/schedule/cron', { schedule: { cron: '0 0 0 * * *', timeZone: 'UTC' } }],
    ['/body/schedule/cron', { schedule: { cron: '0 0 30 2 *', timeZone: 'UTC' } }],
    ['/body/schedule/cron', { schedule: { cron: 'at five in spring !', timeZone: 'UTC' } }],
    ['/body/schedule/timeZone', { schedule: { cron: '0 0 * * *', timeZone: 'Mars/Olympus' } }],
    ['/body/seasonsKeptDays', { seasonsKeptDays: 3_651 }],
    ['/body/rewards/0', { rewards: [{ fromRank: 3, toRank: 1, currency: 'COIN', amount: 1 }] }],
    ['/body/rewards/0', { rewards: [{ fromRank: 1, toRank: 1, currency: 'COIN', amount: 0 }] }],
    ['/body/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    const { status, body } = await create(change)
    expect([status, body.code]).toEqual([400, 'invalid_request'])
    expect(JSON.stringify(body.errors)).toContain(`"${pointer}`)
  })

  test('401 and 403: only a secret key with the scope', async () => {
    const as = (by: object) =>
      call(leaderboardsCreate, { caller: by, json: { slug: 'mine', name: 'Mine' } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player('usr_1'))).toMatchObject({ status: 403 })
    expect(await as(publishableKey())).toMatchObject({ status: 403 })
    expect(await as({ scopes: ['scores:write'] })).toMatchObject({ status: 403 })
  })
})
