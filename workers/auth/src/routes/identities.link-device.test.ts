import { anonymous, call, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { identitiesMax } from '../identities.ts'
import { freshMilliseconds } from '../own-sessions.ts'
import {
  announcementsOf,
  inSession,
  insertSession,
  recordAnnouncements,
  refused,
} from '../testing.ts'
import { identitiesLinkDevice } from './identities.link-device.ts'
import { sessionsLoginDevice } from './sessions.login-device.ts'

const newSecret = () => crypto.randomUUID().replaceAll('-', '').padEnd(43, 'x')
type As = Awaited<ReturnType<typeof inSession>>
const link = (caller: As, deviceSecret: string, key?: string) =>
  call(identitiesLinkDevice, {
    json: { deviceSecret },
    caller,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })
const somebody = async () => inSession((await insertSession()).userId)

describe('identities.link-device', () => {
  beforeAll(recordAnnouncements)

  test('200 the device logs in as this player from then on; linking again changes nothing', async () => {
    const caller = await somebody()
    const secret = newSecret()
    const first = await link(caller, secret)
    expect(first).toMatchObject({ status: 200, body: { provider: 'device' } })
    expect(JSON.stringify(first.body)).not.toContain(secret)
    expect((await link(caller, secret)).body).toEqual(first.body)
    const login = await call(sessionsLoginDevice, { json: { deviceSecret: secret } })
    expect(login.body.user.id).toBe(caller.actorId)
    const linked = (await announcementsOf(caller.actorId)).filter(
      ({ type }) => type === 'auth.identity.linked',
    )
    expect(linked).toMatchObject([{ data: { provider: 'device' } }])
  })

  test('200 for ten at once, with one identity', async () => {
    const caller = await somebody()
    const secret = newSecret()
    const all = await Promise.all(Array.from({ length: 10 }, () => link(caller, secret)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(all.map(({ body }) => body.id)).size).toBe(1)
  })

  test('409 identity_taken for the device of another player, of whom the answer says nothing', async () => {
    const [owner, other] = [await somebody(), await somebody()]
    const secret = newSecret()
    await link(owner, secret)
    const answer = await link(other, secret)
    expect(answer).toMatchObject(refused(409, 'identity_taken'))
    expect(JSON.stringify(answer.body)).not.toContain(owner.actorId)
    const login = await call(sessionsLoginDevice, { json: { deviceSecret: secret } })
    expect(login.body.user.id).toBe(owner.actorId)
  })

  test('409 limit_reached for one more than there may be, also when they come at once', async () => {
    const caller = await somebody()
    const all = await Promise.all(
      Array.from({ length: identitiesMax + 4 }, () => link(caller, newSecret())),
    )
    expect(all.filter(({ status }) => status === 200)).toHaveLength(identitiesMax)
    for (const answer of all.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject(refused(409, 'limit_reached'))
    }
  })

  test('409 idempotency_conflict when the key comes with another device', async () => {
    const caller = await somebody()
    const secret = newSecret()
    const first = await link(caller, secret, 'device')
    const again = await link(caller, secret, 'device')
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await link(caller, newSecret(), 'device')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('403 session_not_fresh in a session of more than five minutes, and nothing is linked', async () => {
    const { userId } = await insertSession({ age: freshMilliseconds + 1_000 })
    const secret = newSecret()
    const answer = await link(await inSession(userId), secret)
    expect(answer).toMatchObject(refused(403, 'session_not_fresh'))
    const login = await call(sessionsLoginDevice, { json: { deviceSecret: secret } })
    expect(login.body.user.id).not.toBe(userId)
  })

  test('401 unauthenticated, 403 forbidden for a key, 400 invalid_request for a short secret', async () => {
    const json = { deviceSecret: newSecret() }
    const none = await call(identitiesLinkDevice, { json, caller: anonymous() })
    expect(none).toMatchObject(refused(401, 'unauthenticated'))
    const asKey = await call(identitiesLinkDevice, { json, caller: publishableKey() })
    expect(asKey).toMatchObject(refused(403, 'forbidden'))
    expect(await link(await somebody(), 'short')).toMatchObject(refused(400, 'invalid_request'))
  })
})
