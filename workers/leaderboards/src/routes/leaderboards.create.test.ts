import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { storedLeaderboard, uniqueKey } from '../test-leaderboards.ts'
import { leaderboardsCreate } from './leaderboards.create.ts'

const create = (json: object, headers: Record<string, string> = {}) =>
  call(leaderboardsCreate, { json, headers })

describe('leaderboards.create', () => {
  test('201 with what was given, and it is stored', async () => {
    const given = { name: 'first', note: 'a note' }
    expect(await create(given)).toMatchObject({ status: 201, body: { ...given, uses: 0 } })
    expect(await storedLeaderboard('first')).toMatchObject(given)
  })

  test('409 leaderboard_exists for a name that is there, but not in another project', async () => {
    const json = { name: 'twice' }
    expect(await create(json)).toMatchObject({ status: 201 })
    expect(await create(json)).toMatchObject({
      status: 409,
      body: { code: 'leaderboard_exists' },
    })
    const caller = { projectId: otherProject }
    expect(await call(leaderboardsCreate, { caller, json })).toMatchObject({ status: 201 })
  })

  test('201 once and 409 nine times when ten come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ name: 'race' })))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'leaderboard_exists')).toHaveLength(9)
  })

  test('201 again for the same key, also ten times at once', async () => {
    const headers = uniqueKey()
    const send = () => create({ name: 'replayed' }, headers)
    const answers = await Promise.all(Array.from({ length: 10 }, send))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201))
    const first = answers.filter((answer) => !answer.headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
  })

  test('409 idempotency_conflict when a key is used for another request', async () => {
    const headers = uniqueKey()
    await create({ name: 'one' }, headers)
    expect(await create({ name: 'other' }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test.each([
    ['/body/name', { name: 'Not A Name' }],
    ['/body/name', { name: '' }],
    ['/body/name', { name: 7 }],
    ['/body/note', { note: 'x'.repeat(501) }],
    ['/body/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    expect(await create({ name: 'valid', ...change })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', errors: [{ pointer }] },
    })
  })

  test('401 and 403: only a secret key', async () => {
    const as = (caller: object) => call(leaderboardsCreate, { caller, json: { name: 'mine' } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player('usr_1'))).toMatchObject({ status: 403 })
    expect(await as(publishableKey())).toMatchObject({ status: 403 })
  })
})
