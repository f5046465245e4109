import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  announcementsOf,
  insertSession,
  insertUser,
  recordAnnouncements,
  refused,
} from '../testing.ts'
import { auditOf, newTenant, ownTestProject } from '../testing-tenants.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { usersDeactivate } from './users.deactivate.ts'
import { usersGet } from './users.get.ts'

const shutOut = (userId: string, caller = {}) =>
  call(usersDeactivate, { params: { userId }, caller })

describe('users.deactivate', () => {
  beforeAll(recordAnnouncements)
  beforeAll(ownTestProject)

  test('200 inactive, every session over, announced once however often', async () => {
    const { userId, refreshToken } = await insertSession()
    for (let count = 0; count < 2; count++) {
      expect(await shutOut(userId)).toMatchObject({ status: 200, body: { isActive: false } })
    }
    const json = { refreshToken }
    const refreshed = await call(sessionsRefresh, { json, caller: anonymous() })
    expect(refreshed).toMatchObject(refused(401, 'invalid_refresh_token'))
    const found = await call(usersGet, { params: { userId } })
    expect(found.body.isActive).toBe(false)
    const announced = (await announcementsOf(userId)).map(({ type }) => type)
    expect(announced.filter((type) => type === 'auth.sessions.revoked')).toHaveLength(1)
  })

  test('200 by a key and by a member, each in the audit log, and only what changed something', async () => {
    const tenant = await newTenant()
    const { projectId, tenantId } = tenant
    const key = { ...secretKeyWith('users:write'), projectId }
    const [first, second] = [await insertUser(projectId), await insertUser(projectId)]
    await Promise.all([1, 2, 3].map(() => shutOut(first.id, key)))
    await shutOut(second.id, tenant.as('developer', 'mem_1'))
    expect(await shutOut(second.id, tenant.as('viewer'))).toMatchObject(refused(403, 'forbidden'))
    const action = 'users.deactivate'
    expect(await auditOf(tenantId)).toMatchObject([
      { action, actorKind: 'key', actorId: 'key_secret', subject: first.id, projectId },
      { action, actorKind: 'member', actorId: 'mem_1', subject: second.id, projectId },
    ])
  })

  test('404 not_found for a user of another project, 403 forbidden without the scope and for a player', async () => {
    const { id } = await insertUser(otherProject)
    expect(await shutOut(id)).toMatchObject(refused(404, 'not_found'))
    for (const caller of [secretKeyWith('users:read'), player(id)]) {
      expect(await shutOut(id, caller)).toMatchObject(refused(403, 'forbidden'))
    }
  })
})
