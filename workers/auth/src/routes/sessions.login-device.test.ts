import { randomBytes } from 'node:crypto'
import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { identities } from '../schema.ts'
import {
  announcementsOf,
  database,
  deactivate,
  recordAnnouncements,
  refused,
  sessionsOf,
} from '../testing.ts'
import { sessionsLoginDevice } from './sessions.login-device.ts'

const newSecret = () => randomBytes(32).toString('base64url')
const logIn = (
  deviceSecret: unknown,
  { key, caller = {} }: { key?: string; caller?: object } = {},
) =>
  call(sessionsLoginDevice, {
    json: { deviceSecret },
    caller,
    headers: key ? { 'idempotency-key': key } : {},
  })

describe('sessions.login-device', () => {
  beforeAll(recordAnnouncements)

  test('200 a new user at first, the same one afterwards, in sessions of their own', async () => {
    const secret = newSecret()
    const first = await logIn(secret, { caller: publishableKey() })
    expect(first.status).toBe(200)
    expect(first.body.user).toMatchObject({ email: null, identities: [{ provider: 'device' }] })
    const second = await logIn(secret)
    expect(second.body.user).toEqual(first.body.user)
    expect(await sessionsOf(first.body.user.id)).toHaveLength(2)
    const [created] = await announcementsOf(first.body.user.id)
    expect(created).toMatchObject({ data: { provider: 'device' } })
  })

  test('200 one user for ten at once', async () => {
    const secret = newSecret()
    const all = await Promise.all(Array.from({ length: 10 }, () => logIn(secret)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(all.map(({ body }) => body.user.id)).size).toBe(1)
  })

  test('200 the same tokens for a repeated key, 409 idempotency_conflict for another device', async () => {
    const secret = newSecret()
    const first = await logIn(secret, { key: 'device' })
    const second = await logIn(secret, { key: 'device' })
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    const other = await logIn(newSecret(), { key: 'device' })
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('200 another user in another project, and the secret lies open nowhere', async () => {
    const secret = newSecret()
    const here = await logIn(secret)
    const there = await logIn(secret, { caller: { projectId: otherProject } })
    expect(there.body.user.id).not.toBe(here.body.user.id)
    expect(JSON.stringify(await database.select().from(identities))).not.toContain(secret)
    expect(JSON.stringify(here.body.user)).not.toContain(secret)
  })

  test('401 invalid_credentials for a deactivated user, who is not made anew', async () => {
    const secret = newSecret()
    const { body } = await logIn(secret)
    await deactivate(body.user.id)
    expect(await logIn(secret)).toMatchObject(refused(401, 'invalid_credentials'))
  })

  test('401 unauthenticated without a key, 403 forbidden for a player', async () => {
    const without = await logIn(newSecret(), { caller: anonymous() })
    expect(without).toMatchObject(refused(401, 'unauthenticated'))
    const asPlayer = await logIn(newSecret(), { caller: player('usr_x') })
    expect(asPlayer).toMatchObject(refused(403, 'forbidden'))
  })

  test.each(['', 'x'.repeat(42), 'x'.repeat(129), `${'x'.repeat(43)} `, 7])(
    '400 invalid_request for the secret %j',
    async (secret) => {
      expect(await logIn(secret)).toMatchObject(refused(400, 'invalid_request'))
    },
  )
})
