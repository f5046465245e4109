import { anonymous, call } from '@coinop/shared/testing'
import { newId } from '@coinop/shared/ids'
import { beforeAll, describe, expect, test } from 'vitest'
import { freshMilliseconds } from '../own-sessions.ts'
import {
  announcementsOf,
  inSession,
  insertSession,
  insertSessionOf,
  newAddress,
  recordAnnouncements,
  refused,
  sessionsOf,
} from '../testing.ts'
import { identitiesDelete } from './identities.delete.ts'
import { identitiesLinkDevice } from './identities.link-device.ts'
import { identitiesLinkPassword } from './identities.link-password.ts'
import { identitiesList } from './identities.list.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsLoginDevice } from './sessions.login-device.ts'
import { usersSignup } from './users.signup.ts'

const password = 'correct horse battery staple'
type As = Awaited<ReturnType<typeof inSession>>

/** A player with two devices and, when told so, a password. */
async function withDevices(email?: string) {
  const caller = await inSession((await insertSession()).userId)
  const secrets = []
  for (let count = 0; count < 2; count++) {
    const deviceSecret = crypto.randomUUID().replaceAll('-', '').padEnd(43, 'x')
    const { body } = await call(identitiesLinkDevice, { json: { deviceSecret }, caller })
    secrets.push({ deviceSecret, id: body.id as string })
  }
  if (email) await call(identitiesLinkPassword, { json: { email, password }, caller })
  return { caller, secrets }
}
const unlink = (caller: As, identityId: string, key?: string) =>
  call(identitiesDelete, {
    params: { identityId },
    caller,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })
const openOf = async (userId: string) =>
  (await sessionsOf(userId)).filter(({ revokedAt }) => revokedAt === null).map(({ id }) => id)

describe('identities.delete', () => {
  beforeAll(recordAnnouncements)

  test('204 the device is nobody any more, and every session but this one has ended', async () => {
    const { caller, secrets } = await withDevices()
    await insertSessionOf(caller.actorId)
    const { deviceSecret, id } = secrets[0]!
    expect((await unlink(caller, id)).status).toBe(204)
    expect(await openOf(caller.actorId)).toEqual([caller.sessionId])
    const login = await call(sessionsLoginDevice, { json: { deviceSecret } })
    expect(login.body.user.id).not.toBe(caller.actorId)
    const types = (await announcementsOf(caller.actorId)).map(({ type, data }) => [type, data])
    expect(types).toContainEqual([
      'auth.identity.unlinked',
      { userId: caller.actorId, provider: 'device' },
    ])
    expect(types).toContainEqual([
      'auth.sessions.revoked',
      { userId: caller.actorId, reason: 'identity_unlinked' },
    ])
  })

  test('204 for a password frees its address', async () => {
    const email = newAddress()
    const { caller } = await withDevices(email)
    const { body } = await call(identitiesList, { caller })
    const own = body.data.find(({ provider }: { provider: string }) => provider === 'password')
    expect((await unlink(caller, own.id)).status).toBe(204)
    const login = await call(sessionsLogin, { json: { email, password } })
    expect(login).toMatchObject(refused(401, 'invalid_credentials'))
    expect((await call(usersSignup, { json: { email, password } })).status).toBe(201)
  })

  test('409 last_identity for the only way in, also when all are unlinked at once', async () => {
    const { caller, secrets } = await withDevices(newAddress())
    const { body } = await call(identitiesList, { caller })
    expect(body.data).toHaveLength(3)
    const ids = body.data.map(({ id }: { id: string }) => id) as string[]
    const answers = await Promise.all(ids.map((id) => unlink(caller, id)))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(2)
    const left = answers.filter(({ status }) => status !== 204)
    expect(left).toMatchObject([refused(409, 'last_identity')])
    const after = await call(identitiesList, { caller })
    expect(after.body.data).toHaveLength(1)
    expect(await unlink(caller, after.body.data[0].id)).toMatchObject(refused(409, 'last_identity'))
    expect(secrets).toHaveLength(2)
  })

  test('204 again for the same key, 404 not_found without one, 409 idempotency_conflict for another identity', async () => {
    const { caller, secrets } = await withDevices(newAddress())
    const [first, second] = secrets.map(({ id }) => id) as [string, string]
    expect((await unlink(caller, first, 'unlink')).status).toBe(204)
    const again = await unlink(caller, first, 'unlink')
    expect(again.status).toBe(204)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await unlink(caller, first)).toMatchObject(refused(404, 'not_found'))
    const other = await unlink(caller, second, 'unlink')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test("404 not_found for another player's identity, which stays", async () => {
    const [owner, other] = [await withDevices(), await withDevices()]
    const { id, deviceSecret } = owner.secrets[0]!
    expect(await unlink(other.caller, id)).toMatchObject(refused(404, 'not_found'))
    const login = await call(sessionsLoginDevice, { json: { deviceSecret } })
    expect(login.body.user.id).toBe(owner.caller.actorId)
  })

  test('403 session_not_fresh in a session of more than five minutes', async () => {
    const { userId } = await insertSession({ age: freshMilliseconds + 1_000 })
    const answer = await unlink(await inSession(userId), newId('idn'))
    expect(answer).toMatchObject(refused(403, 'session_not_fresh'))
  })

  test('401 unauthenticated without a token, 400 invalid_request for what is no id', async () => {
    const params = { identityId: newId('idn') }
    const none = await call(identitiesDelete, { params, caller: anonymous() })
    expect(none).toMatchObject(refused(401, 'unauthenticated'))
    const { caller } = await withDevices()
    expect(await unlink(caller, 'usr_x')).toMatchObject(refused(400, 'invalid_request'))
  })
})
