import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { idempotency, users } from '../schema.ts'
import {
  failedOften,
  announcementsOf,
  database,
  refused,
  newAddress,
  recordAnnouncements,
  sessionsOf,
} from '../testing.ts'
import { usersSignup } from './users.signup.ts'

const password = 'correct horse battery staple'
const signUp = (json: object, key?: string) =>
  call(usersSignup, { json, ...(key !== undefined && { headers: { 'idempotency-key': key } }) })
const usersWith = (email: string) => database.select().from(users).where(eq(users.email, email))

describe('users.signup', () => {
  beforeAll(recordAnnouncements)

  test('201 the user, logged in, with the address in lower case', async () => {
    const email = newAddress()
    const { status, body } = await signUp({
      email: ` ${email.toUpperCase()} `,
      password,
      displayName: 'Ada',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ tokenType: 'Bearer', expiresIn: 600 })
    expect(body.user).toMatchObject({
      email,
      displayName: 'Ada',
      isActive: true,
      identities: [{ provider: 'password' }],
    })
    expect(await sessionsOf(body.user.id)).toHaveLength(1)
  })

  test('201 without a display name and with a publishable key', async () => {
    const json = { email: newAddress(), password }
    const { status, body } = await call(usersSignup, { json, caller: publishableKey() })
    expect(status).toBe(201)
    expect(body.user.displayName).toBeNull()
  })

  test('201 announces the user and the session, without a name or an address', async () => {
    const { body } = await signUp({ email: newAddress(), password, displayName: 'Ada' })
    const announced = await announcementsOf(body.user.id)
    expect(announced.map(({ type }) => type)).toEqual(['auth.user.created', 'auth.session.created'])
    expect(JSON.stringify(announced)).not.toMatch(/Ada|example/)
  })

  test('201 stores the password as a scrypt hash only', async () => {
    const email = newAddress()
    await signUp({ email, password })
    const [row] = await usersWith(email)
    expect(row?.passwordHash).toMatch(/^\$scrypt\$ln=15,r=8,p=3,k=/)
    expect(JSON.stringify(row)).not.toContain(password)
  })

  test('201 again, the same tokens and one user, when the key is repeated', async () => {
    const email = newAddress()
    const first = await signUp({ email, password }, 'signup-replay')
    const second = await signUp({ email, password }, 'signup-replay')
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await usersWith(email)).toHaveLength(1)
  })

  test('201 stores no token and no hash of the password with the key, readable to whom has the database', async () => {
    const { body } = await signUp({ email: newAddress(), password }, 'signup-sealed')
    const [row] = await database
      .select()
      .from(idempotency)
      .where(eq(idempotency.key, 'signup-sealed'))
    expect(row?.answer).not.toContain(body.refreshToken.slice(-20))
    expect(row?.answer).not.toContain('accessToken')
    expect(row?.requestHash).toMatch(/^[0-9a-f]{64}$/)
  })

  test('201 for all of five at once with one key, and one user', async () => {
    const email = newAddress()
    const all = await Promise.all(
      Array.from({ length: 5 }, () => signUp({ email, password }, 'signup-parallel')),
    )
    expect(all.map(({ status }) => status)).toEqual([201, 201, 201, 201, 201])
    expect(new Set(all.map(({ body }) => body.refreshToken)).size).toBe(1)
    expect(await usersWith(email)).toHaveLength(1)
  })

  test('409 email_taken for all but one of five at once without a key', async () => {
    const email = newAddress()
    const all = await Promise.all(Array.from({ length: 5 }, () => signUp({ email, password })))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(all.filter(({ body }) => body.code === 'email_taken')).toHaveLength(4)
    const [user] = await usersWith(email)
    expect(await sessionsOf(user?.id ?? '')).toHaveLength(1)
  })

  test('409 email_taken when only the case differs', async () => {
    const email = newAddress()
    await signUp({ email, password })
    expect(await signUp({ email: email.toUpperCase(), password })).toMatchObject(
      refused(409, 'email_taken'),
    )
  })

  test('201 for the same address in another project', async () => {
    const json = { email: newAddress(), password }
    await signUp(json)
    const { status } = await call(usersSignup, { json, caller: { projectId: otherProject } })
    expect(status).toBe(201)
  })

  test('429 too_many_attempts after too many refusals from one network, also for an address that is free', async () => {
    const caller = { ...publishableKey(), address: '203.0.113.9' }
    const json = { email: newAddress(), password: 'correct horse battery staple' }
    expect(await call(usersSignup, { json })).toMatchObject({ status: 201 })
    await failedOften(caller)
    const ask = () => call(usersSignup, { json, caller })
    const answers = await Promise.all(Array.from({ length: 5 }, ask))
    const codes = answers.map(({ body }) => String(body.code)).toSorted()
    expect(codes).toEqual(['email_taken', ...Array(4).fill('too_many_attempts')])
    const free = { ...json, email: newAddress() }
    expect(await call(usersSignup, { json: free, caller })).toMatchObject({ status: 429 })
    const elsewhere = { ...caller, address: '198.51.100.9' }
    expect(await call(usersSignup, { json: free, caller: elsewhere })).toMatchObject({
      status: 201,
    })
  })

  test('409 idempotency_conflict when the key comes with another password', async () => {
    const email = newAddress()
    await signUp({ email, password }, 'signup-conflict')
    const second = await signUp({ email, password: 'another password' }, 'signup-conflict')
    expect(second).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('401 unauthenticated without a key, 403 forbidden for a player', async () => {
    const json = { email: newAddress(), password }
    expect(await call(usersSignup, { json, caller: anonymous() })).toMatchObject(
      refused(401, 'unauthenticated'),
    )
    const asPlayer = await call(usersSignup, { json, caller: player('usr_x') })
    expect(asPlayer).toMatchObject(refused(403, 'forbidden'))
  })

  test('400 common_password at /body/password, in any case, and no user', async () => {
    const email = newAddress()
    const answer = await signUp({ email, password: 'PassWord1' })
    expect(answer).toMatchObject(refused(400, 'common_password'))
    expect(answer.body.errors[0].pointer).toBe('/body/password')
    expect(await usersWith(email)).toHaveLength(0)
  })

  test.each([
    ['/body/email', { email: 'ada', password }],
    ['/body/email', { email: `${'a'.repeat(250)}@example.com`, password }],
    ['/body/email', { email: 1, password }],
    ['/body/email', { password }],
    ['/body/password', { email: 'ada@example.com', password: '1234567' }],
    ['/body/password', { email: 'ada@example.com', password: 'a'.repeat(257) }],
    ['/body/password', { email: 'ada@example.com', password: 12345678 }],
    ['/body/displayName', { email: 'ada@example.com', password, displayName: ' ' }],
    ['/body/displayName', { email: 'ada@example.com', password, displayName: 'a'.repeat(65) }],
    ['/body/isActive', { email: 'ada@example.com', password, isActive: false }],
  ])('400 invalid_request at %s for %j', async (pointer, json) => {
    const answer = await signUp(json)
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
    expect(answer.body.errors[0].pointer).toBe(pointer)
    expect(JSON.stringify(answer.body)).not.toContain(password)
  })

  test('the neighbour that hashes is the real one', async () => {
    const phc = await env.PASSWORDS.hash(systemCaller(''), password)
    expect(await env.PASSWORDS.verify(systemCaller(''), password, phc)).toEqual({
      matches: true,
      rehash: false,
    })
  })
})
