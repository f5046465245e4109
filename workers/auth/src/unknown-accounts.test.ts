import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { addressGroup } from '@coinop/shared/address-group'
import { type Caller, callerHeader } from '@coinop/shared/caller'
import type { Route } from '@coinop/shared/route'
import { anonymous, call, publishableKey } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import worker from './index.ts'
import { membersLogin } from './routes/members.login.ts'
import { sessionsLoginDevice } from './routes/sessions.login-device.ts'
import { sessionsLogin } from './routes/sessions.login.ts'
import { tenantsCreate } from './routes/tenants.create.ts'
import { usersSignup } from './routes/users.signup.ts'
import { loginAttempts } from './schema.ts'
import { keyedHash } from './secrets.ts'
import { database, deactivate, failedOften, insertUser, newAddress } from './testing.ts'

const password = 'correct horse battery staple'
const player = newAddress()
const inactive = newAddress()
const withoutPassword = { email: '' }
const member = newAddress()
beforeAll(async () => {
  for (const email of [player, inactive]) {
    const { body } = await call(usersSignup, { json: { email, password } })
    if (email === inactive) await deactivate(body.user.id)
  }
  withoutPassword.email = (await insertUser()).email ?? ''
  const json = { name: 'Ada Games', email: member, password }
  await call(tenantsCreate, { json, caller: anonymous() })
})

/** One request, answered by this Worker with the real password Worker, and how many hashes that one made. */
async function answerOf({ route }: Route, json: object, caller: Caller) {
  let hashes = 0
  const { PASSWORDS } = env
  const counting = {
    hash: (...given: Parameters<typeof PASSWORDS.hash>) => {
      hashes += 1
      return PASSWORDS.hash(...given)
    },
    verify: (...given: Parameters<typeof PASSWORDS.verify>) => {
      hashes += 1
      return PASSWORDS.verify(...given)
    },
    isCommon: (...given: Parameters<typeof PASSWORDS.isCommon>) => PASSWORDS.isCommon(...given),
  }
  const context = createExecutionContext()
  Object.defineProperty(context, 'props', { value: { caller: 'gateway' } })
  const response = await worker.fetch(
    new Request(`http://auth${route.path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [callerHeader]: JSON.stringify(caller) },
      body: JSON.stringify(json),
    }),
    { ...env, PASSWORDS: counting as never },
    context,
  )
  const body = await response.json<{ requestId?: string; code?: string }>()
  await waitOnExecutionContext(context)
  const headers = [...response.headers].filter(([name]) => name !== 'content-length')
  return { status: response.status, headers, body: { ...body, requestId: '' }, hashes }
}

describe('an answer tells nobody whether there is such an account', () => {
  test('login: same status, headers, body and one hash for nobody, a wrong password, none, and an inactive user', async () => {
    const wrong = 'not the password'
    const answers = [
      await answerOf(sessionsLogin, { email: newAddress(), password: wrong }, publishableKey()),
      await answerOf(sessionsLogin, { email: player, password: wrong }, publishableKey()),
      await answerOf(sessionsLogin, { ...withoutPassword, password: wrong }, publishableKey()),
      await answerOf(sessionsLogin, { email: inactive, password }, publishableKey()),
    ]
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 401, hashes: 1 })
  })

  test("members' login: the same for nobody, for a wrong password and for a player of a game", async () => {
    const answers = []
    for (const email of [newAddress(), member, player]) {
      answers.push(await answerOf(membersLogin, { email, password: 'not right' }, anonymous()))
    }
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ status: 401, hashes: 1 })
  })

  test('sign-up says that an address is taken, after one hash, as a free one costs', async () => {
    const input = { email: newAddress(), password }
    const [free, taken] = [
      await answerOf(usersSignup, input, publishableKey()),
      await answerOf(usersSignup, input, publishableKey()),
    ]
    expect([free.status, taken.status, taken.body.code]).toEqual([201, 409, 'email_taken'])
    expect([free.hashes, taken.hashes]).toEqual([1, 1])
    const tenant = { ...input, name: 'Ada Games' }
    const [first, second] = [
      await answerOf(tenantsCreate, tenant, anonymous()),
      await answerOf(tenantsCreate, tenant, anonymous()),
    ]
    expect([first.status, second.body.code]).toEqual([201, 'member_email_taken'])
    expect([first.hashes, second.hashes]).toEqual([1, 1])
  })

  test('login with a device hashes nothing, known or not: its secret is random, and not guessed', async () => {
    const json = { deviceSecret: 'd'.repeat(43) }
    for (let count = 0; count < 2; count++) {
      const answer = await answerOf(sessionsLoginDevice, json, publishableKey())
      expect(answer).toMatchObject({ status: 200, hashes: 0 })
    }
  })
})

describe('whoever asks for many addresses waits', () => {
  test('201 for a server with a secret key, however many were refused from its network', async () => {
    const server: Caller = { ...publishableKey(), kind: 'secret', address: '203.0.113.10' }
    await failedOften(server)
    const signUp = (email: string) =>
      call(usersSignup, { json: { email, password }, caller: server })
    const known = newAddress()
    expect(await signUp(known)).toMatchObject({ status: 201 })
    expect(await signUp(known)).toMatchObject({ status: 409 })
    expect(await signUp(newAddress())).toMatchObject({ status: 201 })
  }, 60_000)

  test('a sign-up that succeeds gives the network its attempt back', async () => {
    const school = { ...publishableKey(), address: '203.0.113.11' }
    for (let count = 0; count < 3; count++) {
      await call(usersSignup, { json: { email: newAddress(), password }, caller: school })
    }
    const subject = keyedHash(env.AUTH_SECRET, 'login-attempts', addressGroup(school.address))
    const rows = await database
      .select()
      .from(loginAttempts)
      .where(eq(loginAttempts.subject, subject))
    expect(rows).toMatchObject([{ kind: 'address', failures: 0, blockedUntil: 0 }])
  })

  test("members' login: one network waits after too many wrong passwords over many accounts, another does not", async () => {
    const from = (address: string) => ({ ...anonymous(), address })
    const guess = (address: string) => {
      const json = { email: newAddress(), password: 'not right' }
      return call(membersLogin, { json, caller: from(address) })
    }
    await failedOften({ ...from('203.0.113.12'), projectId: 'tenants' })
    const answers = await Promise.all(Array.from({ length: 5 }, () => guess('203.0.113.12')))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(4)
    expect(await guess('198.51.100.12')).toMatchObject({ status: 401 })
  }, 60_000)
})
