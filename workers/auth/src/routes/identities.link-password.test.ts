import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { freshMilliseconds } from '../own-sessions.ts'
import { inSession, insertSession, newAddress, refused } from '../testing.ts'
import { playerIn } from '../testing-discord.ts'
import { identitiesLinkPassword } from './identities.link-password.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsLoginDevice } from './sessions.login-device.ts'
import { usersMe } from './users.me.ts'
import { usersSignup } from './users.signup.ts'

const password = 'correct horse battery staple'

/** Somebody who so far has nothing but a device. */
async function fromDevice() {
  const json = { deviceSecret: crypto.randomUUID().replaceAll('-', '').padEnd(43, 'x') }
  const { body } = await call(sessionsLoginDevice, { json })
  return inSession(body.user.id as string)
}
type As = Awaited<ReturnType<typeof inSession>>
const link = (caller: As, json: object, key?: string) =>
  call(identitiesLinkPassword, {
    json,
    caller,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })
const logIn = (email: string, secret = password) =>
  call(sessionsLogin, { json: { email, password: secret } })

describe('identities.link-password', () => {
  test('200 the same player logs in with the address from then on', async () => {
    const caller = await fromDevice()
    const email = newAddress()
    const answer = await link(caller, { email: email.toUpperCase(), password })
    expect(answer).toMatchObject({ status: 200, body: { provider: 'password', linkedAt: null } })
    expect((await logIn(email)).body.user.id).toBe(caller.actorId)
    const { body } = await call(usersMe, { caller })
    expect(body).toMatchObject({
      email,
      identities: [{ provider: 'password' }, { provider: 'device' }],
    })
  })

  test('200 again for the same address and password, 409 password_exists for another one', async () => {
    const caller = await fromDevice()
    const email = newAddress()
    const first = await link(caller, { email, password })
    expect((await link(caller, { email, password })).body).toEqual(first.body)
    for (const json of [
      { email, password: 'another password altogether' },
      { email: newAddress(), password },
    ]) {
      expect(await link(caller, json)).toMatchObject(refused(409, 'password_exists'))
    }
    expect((await logIn(email)).status).toBe(200)
  })

  test('409 password_exists for all but one of five at once', async () => {
    const caller = await fromDevice()
    const emails = Array.from({ length: 5 }, newAddress)
    const all = await Promise.all(emails.map((email) => link(caller, { email, password })))
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of all.filter(({ status }) => status !== 200)) {
      expect(answer).toMatchObject(refused(409, 'password_exists'))
    }
    const winner = all.findIndex(({ status }) => status === 200)
    expect((await logIn(emails[winner]!)).body.user.id).toBe(caller.actorId)
  })

  test('409 email_taken for the address of another user, whose password stays', async () => {
    const email = newAddress()
    const { body } = await call(usersSignup, { json: { email, password } })
    const caller = await fromDevice()
    const answer = await link(caller, { email, password: 'another password altogether' })
    expect(answer).toMatchObject(refused(409, 'email_taken'))
    expect(JSON.stringify(answer.body)).not.toContain(body.user.id)
    expect((await logIn(email)).body.user.id).toBe(body.user.id)
  })

  test('429 too_many_attempts after five addresses that are taken', async () => {
    const email = newAddress()
    await call(usersSignup, { json: { email, password } })
    const caller = await fromDevice()
    for (let count = 0; count < 5; count++) await link(caller, { email, password })
    expect(await link(caller, { email, password })).toMatchObject(refused(429, 'too_many_attempts'))
  })

  test('409 idempotency_conflict when the key comes with another address', async () => {
    const caller = await fromDevice()
    const email = newAddress()
    const first = await link(caller, { email, password }, 'password')
    expect((await link(caller, { email, password }, 'password')).body).toEqual(first.body)
    const other = await link(caller, { email: newAddress(), password }, 'password')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('403 session_not_fresh in a session of more than five minutes', async () => {
    const { userId } = await insertSession({ age: freshMilliseconds + 1_000 })
    const email = newAddress()
    const answer = await link(await inSession(userId), { email, password })
    expect(answer).toMatchObject(refused(403, 'session_not_fresh'))
    expect(await logIn(email)).toMatchObject(refused(401, 'invalid_credentials'))
  })

  test('403 session_not_fresh for a player of another project, whom the answer does not tell from not_found', async () => {
    const caller = await playerIn(otherProject)
    const here = { ...player(caller.actorId), sessionId: caller.sessionId }
    const answer = await link(here, { email: newAddress(), password })
    expect(answer).toMatchObject(refused(403, 'session_not_fresh'))
  })

  test('400 common_password, 400 invalid_request for none, 401 unauthenticated without a token', async () => {
    const caller = await fromDevice()
    const email = newAddress()
    const common = await link(caller, { email, password: 'password123' })
    expect(common).toMatchObject(refused(400, 'common_password'))
    expect(await link(caller, { email })).toMatchObject(refused(400, 'invalid_request'))
    const json = { email, password }
    const none = await call(identitiesLinkPassword, { json, caller: anonymous() })
    expect(none).toMatchObject(refused(401, 'unauthenticated'))
  })
})
