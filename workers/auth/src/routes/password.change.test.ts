import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { anonymous, call, player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { users } from '../schema.ts'
import {
  database,
  inSession,
  insertSessionOf,
  insertUser,
  newAddress,
  refused,
} from '../testing.ts'
import { newUser } from '../users.ts'
import { passwordChange } from './password.change.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

const currentPassword = 'correct horse battery staple'
const newPassword = 'another horse, another battery'
let passwordHash = ''

async function registered() {
  const email = newAddress()
  const given = { projectId: testProject, email, passwordHash, displayName: null, at: now() }
  const { user, statements } = newUser(database, given)
  await database.batch(statements)
  return { id: user.id, email }
}
const refresh = (refreshToken: string) =>
  call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })
const logIn = (email: string, password: string) =>
  call(sessionsLogin, { json: { email, password } })
const change = async (userId: string, json: object, key?: string) =>
  call(passwordChange, {
    json,
    caller: await inSession(userId),
    headers: key ? { 'idempotency-key': key } : {},
  })

describe('password.change', () => {
  beforeAll(async () => {
    passwordHash = await env.PASSWORDS.hash(systemCaller(''), currentPassword)
  })

  test('204 the new password works, the old one does not, and only this session is left', async () => {
    const { id, email } = await registered()
    const other = await insertSessionOf(id)
    const own = await insertSessionOf(id)
    expect((await change(id, { currentPassword, newPassword })).status).toBe(204)
    expect((await logIn(email, newPassword)).status).toBe(200)
    expect((await logIn(email, currentPassword)).status).toBe(401)
    expect((await refresh(own.refreshToken)).status).toBe(200)
    expect((await refresh(other.refreshToken)).status).toBe(401)
  })

  test('204 again when the key is repeated, and 409 idempotency_conflict for another request', async () => {
    const { id } = await registered()
    expect((await change(id, { currentPassword, newPassword }, 'change')).status).toBe(204)
    const second = await change(id, { currentPassword, newPassword }, 'change')
    expect(second.status).toBe(204)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    const third = await change(id, { currentPassword, newPassword: 'yet another one' }, 'change')
    expect(third).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('403 wrong_password for all but one of four changes at once, and that one counts', async () => {
    const { id, email } = await registered()
    const wanted = ['first new password', 'second new password', 'third new password', 'the fourth']
    const answers = await Promise.all(
      wanted.map((each) => change(id, { currentPassword, newPassword: each })),
    )
    const winners = wanted.filter((_, index) => answers[index]!.status === 204)
    expect(winners).toHaveLength(1)
    for (const answer of answers) {
      if (answer.status !== 204) expect(answer).toMatchObject(refused(403, 'wrong_password'))
    }
    expect((await logIn(email, winners[0]!)).status).toBe(200)
  })

  test('403 wrong_password five times, then 429 too_many_attempts, here and at the login', async () => {
    const { id, email } = await registered()
    for (let count = 0; count < 5; count++) {
      const answer = await change(id, { currentPassword: 'a guess', newPassword })
      expect(answer).toMatchObject(refused(403, 'wrong_password'))
    }
    const sixth = await change(id, { currentPassword, newPassword })
    expect(sixth).toMatchObject(refused(429, 'too_many_attempts'))
    expect(await logIn(email, currentPassword)).toMatchObject(refused(429, 'too_many_attempts'))
  })

  test('400 common_password at /body/newPassword, and the old one stays', async () => {
    const { id } = await registered()
    const answer = await change(id, { currentPassword, newPassword: 'Password1' })
    expect(answer).toMatchObject(refused(400, 'common_password'))
    expect(answer.body.errors[0].pointer).toBe('/body/newPassword')
    const [row] = await database.select().from(users).where(eq(users.id, id))
    expect(row?.passwordHash).toBe(passwordHash)
  })

  test('409 no_password for an account from elsewhere, 404 not_found for nobody', async () => {
    const { id } = await insertUser()
    const json = { currentPassword, newPassword }
    expect(await change(id, json)).toMatchObject(refused(409, 'no_password'))
    const unknown = await change('usr_00000000000000000000000000', json)
    expect(unknown).toMatchObject(refused(404, 'not_found'))
  })

  test.each([
    ['/body/newPassword', { currentPassword, newPassword: '1234567' }],
    ['/body/newPassword', { currentPassword, newPassword: 'x'.repeat(257) }],
    ['/body/currentPassword', { newPassword }],
    ['/body/x', { currentPassword, newPassword, x: 1 }],
  ])('400 invalid_request at %s', async (pointer, json) => {
    const answer = await call(passwordChange, { json, caller: player('usr_x') })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })
})
