import { anonymous, call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { members } from '../schema.ts'
import { database, newAddress, refused } from '../testing.ts'
import { auditOf, insertMember, newTenant } from '../testing-tenants.ts'
import { membersAccept } from './members.accept.ts'
import { membersInvite } from './members.invite.ts'
import { membersLogin } from './members.login.ts'

const password = 'correct horse battery staple'

async function invited(email = newAddress()) {
  const { tenantId, owner } = await newTenant()
  const json = { email, role: 'developer' }
  const { body } = await call(membersInvite, { json, caller: owner })
  return { tenantId, email, id: body.member.id as string, token: body.token as string }
}
const accept = (token: string, key?: string, chosen = password) =>
  call(membersAccept, {
    json: { token, password: chosen },
    caller: anonymous(),
    headers: { ...(key !== undefined && { 'idempotency-key': key }) },
  })

describe('members.accept', () => {
  test('200 the member, who can log in from then on', async () => {
    const { tenantId, email, id, token } = await invited()
    const { status, body } = await accept(token)
    expect(status).toBe(200)
    expect(body).toMatchObject({ tenant: { id: tenantId }, member: { id, role: 'developer' } })
    expect((await auditOf(tenantId)).at(-1)).toMatchObject({
      action: 'members.accept',
      actorId: id,
    })
    const login = await call(membersLogin, { json: { email, password }, caller: anonymous() })
    expect(login.body.member).toMatchObject({ id, status: 'active' })
  })

  test('401 invalid_invitation for all but one of three at once, and for an unknown one', async () => {
    const { token } = await invited()
    const all = await Promise.all([accept(token), accept(token), accept(token)])
    expect(all.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401, 401])
    expect(await accept('invite_x')).toMatchObject(refused(401, 'invalid_invitation'))
  })

  test('401 invalid_invitation after seven days', async () => {
    const { id, token } = await invited()
    await database.update(members).set({ inviteExpiresAt: 1 }).where(eq(members.id, id))
    expect(await accept(token)).toMatchObject(refused(401, 'invalid_invitation'))
  })

  test('200 the same tokens when the key is repeated; 409 idempotency_conflict for another password', async () => {
    const { token } = await invited()
    const first = await accept(token, 'accept')
    expect((await accept(token, 'accept')).body).toEqual(first.body)
    const other = await accept(token, 'accept', 'another password')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('409 member_email_taken for somebody who administers another tenant', async () => {
    const { email } = await insertMember((await newTenant()).tenantId, 'owner')
    const { token } = await invited(email)
    expect(await accept(token)).toMatchObject(refused(409, 'member_email_taken'))
  })

  test('400 common_password, and the invitation stays open', async () => {
    const { token } = await invited()
    const refusal = await accept(token, undefined, 'PassWord1')
    expect(refusal).toMatchObject(refused(400, 'common_password'))
    expect(refusal.body.errors[0].pointer).toBe('/body/password')
    expect((await accept(token)).status).toBe(200)
  })

  test('400 invalid_request for a short password', async () => {
    expect(await accept('invite_x', undefined, 'short')).toMatchObject(
      refused(400, 'invalid_request'),
    )
  })
})
