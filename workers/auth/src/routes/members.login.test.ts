import { anonymous, call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { members, users } from '../schema.ts'
import { database, newAddress, refused } from '../testing.ts'
import { auditOf } from '../testing-tenants.ts'
import { membersLogin } from './members.login.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsLogout } from './sessions.logout.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { tenantsCreate } from './tenants.create.ts'

const password = 'correct horse battery staple'
const email = newAddress()
let tenantId = ''
beforeAll(async () => {
  const json = { name: 'Ada Games', email, password }
  const { body } = await call(tenantsCreate, { json, caller: anonymous() })
  tenantId = body.tenant.id
})
const logIn = (json: object, key?: string) =>
  call(membersLogin, {
    json,
    caller: anonymous(),
    headers: { ...(key !== undefined && { 'idempotency-key': key }) },
  })
const newOwner = async () => {
  const json = { name: 'Ada Games', email: newAddress(), password }
  await call(tenantsCreate, { json, caller: anonymous() })
  return json
}
/** Everything that a client can see of an answer, but for what names the request. */
const withoutRequestId = ({ status, body, headers }: Awaited<ReturnType<typeof logIn>>) =>
  JSON.stringify([status, { ...body, requestId: '' }, [...headers]])

describe('members.login', () => {
  test('200 the member, with tokens that refresh, and not after a logout', async () => {
    const { status, body } = await logIn({ email, password })
    expect(status).toBe(200)
    expect(body).toMatchObject({ tenant: { id: tenantId }, member: { email, role: 'owner' } })
    const json = { refreshToken: body.refreshToken }
    const next = await call(sessionsRefresh, { json, caller: anonymous() })
    expect(next.status).toBe(200)
    expect(next.body.refreshToken).toMatch(/^mt_/)
    await call(sessionsLogout, { json, caller: anonymous() })
    const after = { refreshToken: next.body.refreshToken }
    const dead = await call(sessionsRefresh, { json: after, caller: anonymous() })
    expect(dead).toMatchObject(refused(401, 'invalid_refresh_token'))
  })

  test('200 is written into the audit log', async () => {
    const { body } = await logIn({ email, password })
    expect((await auditOf(tenantId)).at(-1)).toMatchObject({
      action: 'members.login',
      actorKind: 'member',
      actorId: body.member.id,
    })
  })

  test('401 invalid_credentials, the same answer for a wrong password, nobody, and one who has not joined, was removed or is inactive', async () => {
    const owner = await newOwner()
    const [invited, removed, inactive] = [await newOwner(), await newOwner(), await newOwner()]
    const notJoined = { joinedAt: null, inviteHash: invited.email }
    await database.update(members).set(notJoined).where(eq(members.email, invited.email))
    await database.delete(members).where(eq(members.email, removed.email))
    await database.update(users).set({ isActive: false }).where(eq(users.email, inactive.email))
    const answers = [
      await logIn({ email: owner.email, password: 'wrong password' }),
      await logIn({ email: newAddress(), password }),
      await logIn({ email: invited.email, password }),
      await logIn({ email: removed.email, password }),
      await logIn({ email: inactive.email, password }),
    ]
    for (const answer of answers) expect(answer).toMatchObject(refused(401, 'invalid_credentials'))
    expect(new Set(answers.map(withoutRequestId)).size).toBe(1)
    expect((await logIn({ email: owner.email, password })).status).toBe(200)
  }, 30_000)

  test('429 too_many_attempts for an address that nobody has, like for a real one', async () => {
    const real = await newOwner()
    const [known, unknown] = [real.email, newAddress()]
    const last: string[] = []
    for (const address of [known, unknown]) {
      for (let count = 0; count < 5; count++) {
        await logIn({ email: address, password: `wrong password ${count}` })
      }
      const sixth = await logIn({ email: address, password })
      expect(sixth).toMatchObject(refused(429, 'too_many_attempts'))
      last.push(withoutRequestId(sixth))
    }
    expect(last[0]).toBe(last[1])
  }, 30_000)

  test('401 invalid_credentials where players log in: a member is none', async () => {
    const answer = await call(sessionsLogin, { json: { email, password } })
    expect(answer).toMatchObject(refused(401, 'invalid_credentials'))
  })

  test('409 idempotency_conflict when the key comes with another password', async () => {
    await logIn({ email, password }, 'member-login')
    const other = await logIn({ email, password: 'another one' }, 'member-login')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('429 too_many_attempts after five wrong passwords, also with a stored answer and the right one', async () => {
    const owner = newAddress()
    const json = { name: 'Guessed', email: owner, password }
    await call(tenantsCreate, { json, caller: anonymous() })
    await logIn({ email: owner, password }, 'guessed')
    for (let count = 0; count < 5; count++) {
      const wrong = await logIn({ email: owner, password: `wrong password ${count}` })
      expect(wrong).toMatchObject(refused(401, 'invalid_credentials'))
    }
    for (const key of ['guessed', 'another']) {
      const sixth = await logIn({ email: owner, password }, key)
      expect(sixth).toMatchObject(refused(429, 'too_many_attempts'))
      expect(Number(sixth.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
    }
  })

  test('400 invalid_request without a password', async () => {
    expect(await logIn({ email })).toMatchObject(refused(400, 'invalid_request'))
  })
})
