import { anonymous, call, otherProject, secretKeyWith } from '@coinop/shared/testing'
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
import { usersReactivate } from './users.reactivate.ts'

const letIn = (userId: string, caller = {}) => call(usersReactivate, { params: { userId }, caller })

describe('users.reactivate', () => {
  beforeAll(recordAnnouncements)
  beforeAll(ownTestProject)

  test('200 active again, announced once, and the old sessions stay over', async () => {
    const { userId, refreshToken } = await insertSession()
    await call(usersDeactivate, { params: { userId } })
    for (let count = 0; count < 2; count++) {
      expect(await letIn(userId)).toMatchObject({ status: 200, body: { isActive: true } })
    }
    const json = { refreshToken }
    const refreshed = await call(sessionsRefresh, { json, caller: anonymous() })
    expect(refreshed).toMatchObject(refused(401, 'invalid_refresh_token'))
    const announced = (await announcementsOf(userId)).map(({ type }) => type)
    expect(announced.filter((type) => type === 'auth.user.reactivated')).toHaveLength(1)
  })

  test('200 is in the audit log once, by the key that did it', async () => {
    const { tenantId, projectId } = await newTenant()
    const key = { ...secretKeyWith('users:write'), projectId }
    const { id: userId } = await insertUser(projectId)
    await call(usersDeactivate, { params: { userId }, caller: key })
    for (let count = 0; count < 2; count++) await letIn(userId, key)
    expect(await auditOf(tenantId)).toMatchObject([
      { action: 'users.deactivate', subject: userId },
      { action: 'users.reactivate', actorKind: 'key', actorId: 'key_secret', subject: userId },
    ])
  })

  test('404 not_found for a user of another project, 403 forbidden without the scope', async () => {
    const { id } = await insertUser(otherProject)
    expect(await letIn(id)).toMatchObject(refused(404, 'not_found'))
    expect(await letIn(id, secretKeyWith('users:read'))).toMatchObject(refused(403, 'forbidden'))
  })
})
