import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { lookUpMember } from '../members.ts'
import { userIdOf } from '../model.ts'
import { openSession } from '../sessions.ts'
import { database, refused } from '../testing.ts'
import { insertMember, memberRows, newTenant, testGuards } from '../testing-tenants.ts'
import { membersDelete } from './members.delete.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

describe('members.delete', () => {
  test('204, and their sessions are over at once', async () => {
    const { tenantId, as } = await newTenant()
    const { id } = await insertMember(tenantId, 'developer')
    const given = { projectId: tenantId, userId: userIdOf(id) }
    const { pair, statements } = await openSession(env, given, now())
    await database.batch(statements)
    const input = { params: { memberId: id }, caller: as('admin') }
    expect((await call(membersDelete, input)).status).toBe(204)
    const json = { refreshToken: pair.refreshToken }
    const refreshed = await call(sessionsRefresh, { json, caller: anonymous() })
    expect(refreshed).toMatchObject(refused(401, 'invalid_refresh_token'))
    const lookup = { memberId: id, tenantId, sessionId: newId('ses'), projectId: undefined }
    expect(await lookUpMember(env.AUTH_DB, lookup)).toBe('unknown')
    expect(await memberRows(tenantId)).toEqual([])
  })

  test('409 last_owner for the last one, and for one of two who leave at the same moment', async () => {
    const { tenantId, owner } = await newTenant()
    const owners = [await insertMember(tenantId, 'owner'), await insertMember(tenantId, 'owner')]
    const answers = await Promise.all(
      owners.map(({ id }) =>
        call(membersDelete, { params: { memberId: id }, caller: { ...owner, actorId: id } }),
      ),
    )
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([204, 409])
    expect(answers.map(({ body }) => body.code)).toContain('last_owner')
    expect(await memberRows(tenantId)).toHaveLength(1)
  })

  test('403 forbidden when an admin removes an owner', async () => {
    const { tenantId, as } = await newTenant()
    const { id } = await insertMember(tenantId, 'owner')
    const answer = await call(membersDelete, { params: { memberId: id }, caller: as('admin') })
    expect(answer).toMatchObject(refused(403, 'forbidden'))
  })

  test("404 not_found for another tenant's member", async () => {
    const { owner } = await newTenant()
    const { tenantId } = await newTenant()
    const { id } = await insertMember(tenantId, 'viewer')
    const answer = await call(membersDelete, { params: { memberId: id }, caller: owner })
    expect(answer).toMatchObject(refused(404, 'not_found'))
    expect(await memberRows(tenantId)).toHaveLength(1)
  })

  test('204 again with the same key; 409 idempotency_conflict for another member', async () => {
    const { tenantId, owner } = await newTenant()
    const [one, two] = [
      await insertMember(tenantId, 'viewer'),
      await insertMember(tenantId, 'viewer'),
    ]
    const remove = (memberId: string) =>
      call(membersDelete, {
        params: { memberId },
        caller: owner,
        headers: { 'idempotency-key': 'remove' },
      })
    expect((await remove(one.id)).status).toBe(204)
    expect((await remove(one.id)).status).toBe(204)
    expect(await remove(two.id)).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  testGuards(membersDelete, { params: { memberId: newId('mem') } }, ['developer', 'viewer'])
})
