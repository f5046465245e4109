import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser, uniqueKey } from '../test-games.ts'
import { skillSessionsCreate } from './skill-sessions.create.ts'

const start = (userId: string, json: object = {}, headers: Record<string, string> = {}) =>
  call(skillSessionsCreate, {
    caller: player(userId),
    headers,
    json: { game: 'tower-climb', ...json },
  })

describe('skill-sessions.create', () => {
  test('201 an open session of the player, for an hour unless told otherwise', async () => {
    const ada = await newUser()
    const { status, body } = await start(ada)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      userId: ada,
      game: 'tower-climb',
      submitter: 'player',
      status: 'open',
      score: null,
      submittedAt: null,
    })
    expect(Date.parse(body.expiresAt) - Date.parse(body.createdAt)).toBe(3_600_000)
    const short = (await start(ada, { expiresInSeconds: 5 })).body
    expect(Date.parse(short.expiresAt) - Date.parse(short.createdAt)).toBe(5_000)
  })

  test('201 for a server that names the player and keeps the score to itself; 403 for a player who wants to', async () => {
    const userId = await newUser()
    const json = { game: 'tower-climb', submitter: 'server', userId }
    const made = await call(skillSessionsCreate, { json })
    expect(made).toMatchObject({ status: 201, body: { userId, submitter: 'server' } })
    expect((await start(userId, { submitter: 'server' })).body.code).toBe('forbidden')
  })

  test('404 not_found for a key that names nobody, or a user of another project', async () => {
    const stranger = await newUser(otherProject)
    for (const userId of [stranger, `usr_${'0'.repeat(26)}`]) {
      const json = { game: 'tower-climb', userId }
      const answer = await call(skillSessionsCreate, { json })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('201 the same session when a key is repeated; 409 idempotency_conflict for another game', async () => {
    const ada = await newUser()
    const key = uniqueKey()
    const first = await start(ada, {}, key)
    const second = await start(ada, {}, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await start(ada, { game: 'other' }, key)).body.code).toBe('idempotency_conflict')
  })

  test.each([
    { game: '' },
    { game: 'Tower' },
    { expiresInSeconds: 0 },
    { expiresInSeconds: 86_401 },
    { score: 1 },
  ])('400 invalid_request for %j', async (json) => {
    expect((await start(await newUser(), json)).body.code).toBe('invalid_request')
  })

  test('401, 403 for a publishable key, a missing scope, and a player who names another', async () => {
    const json = { game: 'tower-climb', userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(skillSessionsCreate, { json, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:read'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })
})
