import { anonymous, call } from '@coinop/shared/testing'
import { decodeJwt } from 'jose'
import { describe, expect, test } from 'vitest'
import { failedOften, newAddress, refused } from '../testing.ts'
import { auditOf, memberRows } from '../testing-tenants.ts'
import { tenantsCreate } from './tenants.create.ts'

const password = 'correct horse battery staple'
const signUp = (json: object, key?: string) =>
  call(tenantsCreate, {
    json,
    caller: anonymous(),
    headers: { ...(key !== undefined && { 'idempotency-key': key }) },
  })

describe('tenants.create', () => {
  test("201 the tenant, its owner and tokens that are no player's", async () => {
    const email = newAddress()
    const { status, body } = await signUp({ name: 'Ada Games', email, password })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      tenant: { name: 'Ada Games' },
      member: { email, role: 'owner', status: 'active' },
    })
    expect(decodeJwt(body.accessToken)).toMatchObject({
      aud: 'coinop-members',
      sub: body.member.id,
      tid: body.tenant.id,
    })
    expect(body.refreshToken).toMatch(/^mt_/)
    expect(await auditOf(body.tenant.id)).toMatchObject([
      { sequence: 1, action: 'tenants.create', actorId: body.member.id, subject: body.tenant.id },
    ])
  })

  test('201 the same answer and one tenant when the key is repeated', async () => {
    const json = { name: 'Ada Games', email: newAddress(), password }
    const first = await signUp(json, 'tenant-replay')
    const second = await signUp(json, 'tenant-replay')
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await memberRows(first.body.tenant.id)).toHaveLength(1)
  })

  test('409 idempotency_conflict for another name, and none for a stranger with the same key', async () => {
    const json = { name: 'Ada Games', email: newAddress(), password }
    await signUp(json, 'tenant-key')
    const other = await signUp({ ...json, name: 'Other' }, 'tenant-key')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
    const stranger = await signUp({ ...json, email: newAddress() }, 'tenant-key')
    expect(stranger.status).toBe(201)
  })

  test('409 member_email_taken for all but one of three at once', async () => {
    const json = { name: 'Ada Games', email: newAddress(), password }
    const all = await Promise.all([1, 2, 3].map(() => signUp(json)))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(all.filter(({ body }) => body.code === 'member_email_taken')).toHaveLength(2)
  })

  test('429 too_many_attempts after too many refusals from one network, also for an address that is free', async () => {
    const caller = { ...anonymous(), address: '203.0.113.9' }
    const json = { name: 'Ada Games', email: newAddress(), password }
    expect(await signUp(json)).toMatchObject({ status: 201 })
    await failedOften({ ...caller, projectId: 'tenants' })
    const ask = () => call(tenantsCreate, { json, caller })
    const answers = await Promise.all(Array.from({ length: 5 }, ask))
    const codes = answers.map(({ body }) => String(body.code)).toSorted()
    expect(codes).toEqual(['member_email_taken', ...Array(4).fill('too_many_attempts')])
    const free = { ...json, email: newAddress() }
    expect(await call(tenantsCreate, { json: free, caller })).toMatchObject({ status: 429 })
    const elsewhere = { ...caller, address: '198.51.100.9' }
    expect(await call(tenantsCreate, { json: free, caller: elsewhere })).toMatchObject({
      status: 201,
    })
  })

  test('400 common_password, and the address stays free', async () => {
    const json = { name: 'Ada Games', email: newAddress() }
    const refusal = await signUp({ ...json, password: 'PassWord1' })
    expect(refusal).toMatchObject(refused(400, 'common_password'))
    expect((await signUp({ ...json, password })).status).toBe(201)
  })

  test.each([
    { email: 'ada', name: 'x', password },
    { email: 'a@example.com', name: ' ', password },
    { email: 'a@example.com', name: 'x', password: 'short' },
    { email: 'a@example.com', name: 'x', password, plan: 'scale' },
  ])('400 invalid_request for %j', async (json) => {
    expect(await signUp(json)).toMatchObject(refused(400, 'invalid_request'))
  })
})
