import { call, player } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { beforeAll, describe, expect, test } from 'vitest'
import { sessionsLogin } from './routes/sessions.login.ts'
import { usersGet } from './routes/users.get.ts'
import { usersSignup } from './routes/users.signup.ts'
import { insertUser, newAddress, recordAnnouncements } from './testing.ts'

const password = 'correct horse battery staple'
const signUp = (email: string, headers = { 'idempotency-key': crypto.randomUUID() }) =>
  callCounting(usersSignup, { json: { email, password }, headers })

describe('Coinop-Cost: 1', () => {
  beforeAll(recordAnnouncements)
  // The very first one makes the row that counts the outbox.
  beforeAll(() => signUp(newAddress()))

  test('a user counts what the database writes; a retry writes nothing', async () => {
    const [email, headers] = [newAddress(), { 'idempotency-key': crypto.randomUUID() }]
    const [made, again] = [await signUp(email, headers), await signUp(email, headers)]
    expect([made.status, again.status]).toEqual([201, 201])
    expect(made.written).toBeGreaterThan(5)
    expect(again.written).toBe(0)
    // What is sent to the log afterwards is not in it, however much waits there.
    expect((await signUp(newAddress())).written).toBe(made.written)
  })

  test('a login counts the session that it opens, and a wrong password what is noted of it', async () => {
    const email = newAddress()
    await signUp(email)
    const login = (given: string) =>
      callCounting(sessionsLogin, { json: { email, password: given } })
    const [right, wrong] = [await login(password), await login('not this one at all')]
    expect([right.status, wrong.status]).toEqual([200, 401])
    expect(right.written).toBeGreaterThan(0)
    expect(wrong.written).toBeGreaterThanOrEqual(0)
    expect(wrong.read).toBeGreaterThan(0)
  })

  test('a read writes nothing; nothing is told to who does not ask', async () => {
    const { id } = await insertUser()
    const found = await callCounting(usersGet, { params: { userId: id } })
    expect(found).toMatchObject({ status: 200, written: 0 })
    expect(found.read).toBeGreaterThan(0)
    const stranger = await callCounting(usersGet, {
      params: { userId: id },
      caller: player('usr_1'),
    })
    expect(stranger.status).toBeGreaterThanOrEqual(400)
    expect(stranger.written).toBe(0)
    expect(tellsNoCost((await call(usersGet, { params: { userId: id } })).headers)).toBe(true)
  })
})
