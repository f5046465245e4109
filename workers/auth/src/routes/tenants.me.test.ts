import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { insertMember, newTenant, testGuards } from '../testing-tenants.ts'
import { tenantsMe } from './tenants.me.ts'

describe('tenants.me', () => {
  test('200 the tenant, the member and what they may do', async () => {
    const { tenantId, as } = await newTenant()
    const { id } = await insertMember(tenantId, 'developer')
    const { status, body } = await call(tenantsMe, { caller: as('developer', id) })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id: tenantId, member: { id, role: 'developer' } })
    expect(body.permissions).toEqual([
      'tenant:read',
      'projects:write',
      'keys:write',
      'project:read',
      'project:write',
    ])
  })

  test('200 without a project: the tenant is the whole', async () => {
    const { tenantId, as } = await newTenant()
    const { id } = await insertMember(tenantId, 'viewer')
    const answer = await call(tenantsMe, { caller: { ...as('viewer', id), projectId: '' } })
    expect(answer.status).toBe(200)
  })

  test('404 not_found for one who has been removed', async () => {
    const { owner } = await newTenant()
    expect(await call(tenantsMe, { caller: owner })).toMatchObject(refused(404, 'not_found'))
  })

  testGuards(tenantsMe, {}, [])
})
