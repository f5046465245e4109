import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { members } from '../schema.ts'
import { database, newAddress, refused } from '../testing.ts'
import { auditOf, insertMember, memberRows, newTenant, testGuards } from '../testing-tenants.ts'
import { membersMax } from '../tenant-model.ts'
import { membersInvite } from './members.invite.ts'

describe('members.invite', () => {
  test('201 a token that is stored as a hash only and dies after seven days', async () => {
    const { tenantId, as } = await newTenant()
    const email = newAddress()
    const json = { email, role: 'developer' }
    const { status, body } = await call(membersInvite, { json, caller: as('admin') })
    expect(status).toBe(201)
    expect(body.member).toMatchObject({ email, role: 'developer', status: 'invited' })
    const [row] = await memberRows(tenantId)
    expect(JSON.stringify(row)).not.toContain(body.token)
    expect((row?.inviteExpiresAt ?? 0) - (row?.createdAt ?? 0)).toBe(7 * 86_400_000)
    expect(await auditOf(tenantId)).toMatchObject([{ action: 'members.invite', subject: row?.id }])
  })

  test('201 the same token when the key is repeated; a new one, of the same member, without', async () => {
    const { tenantId, owner } = await newTenant()
    const json = { email: newAddress(), role: 'viewer' }
    const headers = { 'idempotency-key': 'invite-1' }
    const first = await call(membersInvite, { json, headers, caller: owner })
    const replayed = await call(membersInvite, { json, headers, caller: owner })
    expect(replayed.body).toEqual(first.body)
    const again = await call(membersInvite, { json, caller: owner })
    expect(again.body.token).not.toBe(first.body.token)
    expect(again.body.member.id).toBe(first.body.member.id)
    expect(await memberRows(tenantId)).toHaveLength(1)
    const other = { ...json, role: 'admin' }
    const conflict = await call(membersInvite, { json: other, headers, caller: owner })
    expect(conflict).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('201 for a member of another tenant: whether there is one is not told', async () => {
    const { email } = await insertMember((await newTenant()).tenantId, 'owner')
    const { owner } = await newTenant()
    const answer = await call(membersInvite, { json: { email, role: 'viewer' }, caller: owner })
    expect(answer.status).toBe(201)
  })

  test('409 member_exists for a member of this tenant', async () => {
    const { tenantId, owner } = await newTenant()
    const { email } = await insertMember(tenantId, 'viewer')
    const answer = await call(membersInvite, { json: { email, role: 'viewer' }, caller: owner })
    expect(answer).toMatchObject(refused(409, 'member_exists'))
  })

  test('409 limit_reached when the tenant is full', async () => {
    const { tenantId, owner } = await newTenant()
    const rows = Array.from({ length: membersMax }, () => ({
      tenantId,
      id: newId('mem'),
      email: newAddress(),
      role: 'viewer' as const,
      createdAt: now(),
    }))
    const [first, ...others] = rows.map((row) => database.insert(members).values(row))
    await database.batch([first!, ...others])
    const json = { email: newAddress(), role: 'viewer' }
    const answer = await call(membersInvite, { json, caller: owner })
    expect(answer).toMatchObject(refused(409, 'limit_reached'))
  })

  test('403 forbidden when an admin invites an owner', async () => {
    const { as } = await newTenant()
    const json = { email: newAddress(), role: 'owner' }
    const answer = await call(membersInvite, { json, caller: as('admin') })
    expect(answer).toMatchObject(refused(403, 'forbidden'))
  })

  const json = { email: 'grace@example.com', role: 'viewer' }
  testGuards(membersInvite, { json }, ['developer', 'viewer'])
})
