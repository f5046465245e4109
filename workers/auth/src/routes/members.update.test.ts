import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { auditOf, insertMember, memberRows, newTenant, testGuards } from '../testing-tenants.ts'
import { membersUpdate } from './members.update.ts'

describe('members.update', () => {
  test('200 the new role', async () => {
    const { tenantId, as } = await newTenant()
    const { id } = await insertMember(tenantId, 'viewer')
    const input = { params: { memberId: id }, json: { role: 'developer' } }
    const { status, body } = await call(membersUpdate, { ...input, caller: as('admin') })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, role: 'developer' })
    expect(await auditOf(tenantId)).toMatchObject([{ action: 'members.update', subject: id }])
  })

  test('409 last_owner for one of two owners who step down at the same moment', async () => {
    const { tenantId, owner } = await newTenant()
    const owners = [await insertMember(tenantId, 'owner'), await insertMember(tenantId, 'owner')]
    const answers = await Promise.all(
      owners.map(({ id }) =>
        call(membersUpdate, {
          params: { memberId: id },
          json: { role: 'admin' },
          caller: { ...owner, actorId: id },
        }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(answers.map(({ body }) => body.code)).toContain('last_owner')
    const left = (await memberRows(tenantId)).filter(({ role }) => role === 'owner')
    expect(left).toHaveLength(1)
  })

  test('403 forbidden when an admin makes or unmakes an owner', async () => {
    const { tenantId, as } = await newTenant()
    const [owner, viewer] = [
      await insertMember(tenantId, 'owner'),
      await insertMember(tenantId, 'viewer'),
    ]
    for (const [memberId, role] of [
      [owner.id, 'viewer'],
      [viewer.id, 'owner'],
    ] as const) {
      const input = { params: { memberId }, json: { role }, caller: as('admin') }
      expect(await call(membersUpdate, input)).toMatchObject(refused(403, 'forbidden'))
    }
  })

  test("404 not_found for nobody and for another tenant's member, who stays as they are", async () => {
    const { owner } = await newTenant()
    const { tenantId } = await newTenant()
    const foreign = await insertMember(tenantId, 'viewer')
    const bodies = []
    for (const memberId of [foreign.id, newId('mem')]) {
      const input = { params: { memberId }, json: { role: 'admin' }, caller: owner }
      const answer = await call(membersUpdate, input)
      expect(answer).toMatchObject(refused(404, 'not_found'))
      bodies.push({ ...answer.body, requestId: '' })
    }
    expect(bodies[0]).toEqual(bodies[1])
    expect(await memberRows(tenantId)).toMatchObject([{ role: 'viewer' }])
  })

  test('409 idempotency_conflict when the key comes with another role', async () => {
    const { tenantId, owner } = await newTenant()
    const { id } = await insertMember(tenantId, 'viewer')
    const set = (role: string) =>
      call(membersUpdate, {
        params: { memberId: id },
        json: { role },
        caller: owner,
        headers: { 'idempotency-key': 'role' },
      })
    expect((await set('admin')).status).toBe(200)
    expect(await set('viewer')).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  const input = { params: { memberId: newId('mem') }, json: { role: 'viewer' } }
  testGuards(membersUpdate, input, ['developer', 'viewer'])
})
