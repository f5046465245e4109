import { createHmac, randomBytes, scryptSync } from 'node:crypto'
import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  testProject,
} from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { users } from '../schema.ts'
import {
  announcementsOf,
  database,
  deactivate,
  refused,
  insertUser,
  newAddress,
  recordAnnouncements,
  sessionsOf,
} from '../testing.ts'
import { newUser } from '../users.ts'
import { sessionsLogin } from './sessions.login.ts'

const password = 'correct horse battery staple'
let passwordHash = ''

async function registered() {
  const email = newAddress()
  const given = { projectId: testProject, email, passwordHash, displayName: 'Ada', at: now() }
  const { user, statements } = newUser(database, given)
  await database.batch(statements)
  return { id: user.id, email }
}
const logIn = (json: object, key?: string) =>
  call(sessionsLogin, { json, ...(key !== undefined && { headers: { 'idempotency-key': key } }) })
const withoutRequestId = ({ requestId: _, ...body }: Record<string, unknown>) => body

describe('sessions.login', () => {
  beforeAll(async () => {
    passwordHash = await env.PASSWORDS.hash(systemCaller(''), password)
    await recordAnnouncements()
  })

  test('200 the user and a new session, whatever the case of the address', async () => {
    const { id, email } = await registered()
    const { status, body } = await logIn({ email: ` ${email.toUpperCase()}`, password })
    expect(status).toBe(200)
    expect(body).toMatchObject({ user: { id, email }, tokenType: 'Bearer', expiresIn: 600 })
    expect(await sessionsOf(id)).toHaveLength(1)
    const types = (await announcementsOf(id)).map(({ type }) => type)
    expect(types).toEqual(['auth.user.created', 'auth.session.created'])
  })

  test('200 with a publishable key', async () => {
    const { email } = await registered()
    const json = { email, password }
    expect((await call(sessionsLogin, { json, caller: publishableKey() })).status).toBe(200)
  })

  test('200 again, the same tokens and one session, when the key is repeated', async () => {
    const { id, email } = await registered()
    const first = await logIn({ email, password }, 'login-replay')
    const second = await logIn({ email, password }, 'login-replay')
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await sessionsOf(id)).toHaveLength(1)
  })

  test('200 for all of five at once with one key, and one session', async () => {
    const { id, email } = await registered()
    const all = await Promise.all(
      Array.from({ length: 5 }, () => logIn({ email, password }, 'login-parallel')),
    )
    expect(new Set(all.map(({ body }) => body.refreshToken)).size).toBe(1)
    expect(await sessionsOf(id)).toHaveLength(1)
  })

  test('200 and a stronger hash when the stored one is weaker than today', async () => {
    const { id, email } = await registered()
    const weak = weakHash()
    await database.update(users).set({ passwordHash: weak }).where(eq(users.id, id))
    expect((await logIn({ email, password })).status).toBe(200)
    const [row] = await database.select().from(users).where(eq(users.id, id))
    expect(row?.passwordHash).toMatch(/^\$scrypt\$ln=15,/)
    expect((await logIn({ email, password })).status).toBe(200)
  })

  test('200 for all of three at once when the stored hash is weaker than today', async () => {
    const { id, email } = await registered()
    await database.update(users).set({ passwordHash: weakHash() }).where(eq(users.id, id))
    const all = await Promise.all([1, 2, 3].map(() => logIn({ email, password })))
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('401 invalid_credentials, the same answer, for a wrong password, a wrong address, another project, an inactive user and one without a password', async () => {
    const { email } = await registered()
    const inactive = await registered()
    await deactivate(inactive.id)
    const discordOnly = await insertUser()
    const foreign = { projectId: otherProject }
    const answers = [
      await logIn({ email, password: `${password}!` }),
      await logIn({ email: newAddress(), password }),
      await call(sessionsLogin, { json: { email, password }, caller: foreign }),
      await logIn({ email: inactive.email, password }),
      await logIn({ email: discordOnly.email, password }),
    ]
    for (const answer of answers) expect(answer).toMatchObject(refused(401, 'invalid_credentials'))
    const seen = answers.map(({ body, headers }) =>
      JSON.stringify([withoutRequestId(body), [...headers]]),
    )
    expect(new Set(seen).size).toBe(1)
  })

  test('401 invalid_credentials is not remembered by the key: the right password then works', async () => {
    const { email } = await registered()
    await logIn({ email, password: 'wrong password' }, 'login-retry')
    expect((await logIn({ email, password }, 'login-retry')).status).toBe(200)
  })

  test('429 too_many_attempts after five wrong passwords, with Retry-After', async () => {
    const { email } = await registered()
    for (let count = 0; count < 5; count++) await logIn({ email, password: 'wrong password' })
    const sixth = await logIn({ email, password })
    expect(sixth).toMatchObject(refused(429, 'too_many_attempts'))
    expect(sixth.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('429 too_many_attempts for an address that nobody has, like for a real one', async () => {
    const { email } = await registered()
    const last: string[] = []
    for (const address of [email, newAddress()]) {
      for (let count = 0; count < 5; count++) {
        await logIn({ email: address, password: `wrong password ${count}` })
      }
      const { status, body, headers } = await logIn({ email: address, password })
      expect({ status, body }).toMatchObject(refused(429, 'too_many_attempts'))
      last.push(JSON.stringify([withoutRequestId(body), [...headers]]))
    }
    expect(last[0]).toBe(last[1])
  })

  test('409 idempotency_conflict when the key comes with other credentials', async () => {
    const { email } = await registered()
    await logIn({ email, password }, 'login-conflict')
    const second = await logIn({ email, password: `${password}!` }, 'login-conflict')
    expect(second).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('401 unauthenticated without a key, 403 forbidden for a player', async () => {
    const json = { email: 'ada@example.com', password }
    const without = await call(sessionsLogin, { json, caller: anonymous() })
    expect(without).toMatchObject(refused(401, 'unauthenticated'))
    const asPlayer = await call(sessionsLogin, { json, caller: player('usr_x') })
    expect(asPlayer).toMatchObject(refused(403, 'forbidden'))
  })

  test.each([
    ['/body/email', { email: 'ada', password }],
    ['/body/password', { email: 'ada@example.com' }],
    ['/body/password', { email: 'ada@example.com', password: '' }],
    ['/body/password', { email: 'ada@example.com', password: 'a'.repeat(257) }],
    ['/body/password', { email: 'ada@example.com', password: ['correct horse'] }],
    ['/body/remember', { email: 'ada@example.com', password, remember: true }],
  ])('400 invalid_request at %s for %j', async (pointer, json) => {
    const answer = await logIn(json)
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })
})

/** The same password at N = 2^14, as a smaller installation would have stored it. */
function weakHash(): string {
  const salt = randomBytes(16).toString('base64').slice(0, 22)
  const [, pepperId = ''] = /,k=([0-9a-f]{8})\$/.exec(passwordHash) ?? []
  const peppered = createHmac('sha256', testPepper).update(password).digest()
  const hash = scryptSync(peppered, Buffer.from(salt, 'base64'), 32, { N: 2 ** 14, r: 8, p: 1 })
  const encoded = hash.toString('base64').replaceAll('=', '')
  return `$scrypt$ln=14,r=8,p=1,k=${pepperId}$${salt}$${encoded}`
}
/** What the test machinery gives the password Worker: see tools/secrets.ts. */
const testPepper = 'test-only-PASSWORD_PEPPER'.padEnd(43, 'A')
