import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { newTenant, testGuards } from '../testing-tenants.ts'
import { auditList } from './audit.list.ts'
import { keysCreate } from './keys.create.ts'
import { projectsCreate } from './projects.create.ts'

async function busyTenant() {
  const tenant = await newTenant()
  const address = '192.0.2.7'
  const [ada, grace] = [
    { ...tenant.as('owner'), address },
    { ...tenant.as('developer'), address },
  ]
  const project = { name: 'x', environment: 'test' }
  await call(projectsCreate, { json: project, caller: ada })
  await call(keysCreate, { json: { kind: 'publishable', name: 'x' }, caller: grace })
  await call(projectsCreate, { json: project, caller: grace })
  return { ...tenant, ada, grace }
}
const list = (caller: object, query: Record<string, string> = {}) =>
  call(auditList, { caller, query })

describe('audit.list', () => {
  test('200 who did what, when, from where, newest first, over pages', async () => {
    const { ada, projectId } = await busyTenant()
    const first = await list(ada, { limit: '2' })
    const second = await list(ada, { limit: '2', cursor: first.body.nextCursor })
    const entries = [...first.body.data, ...second.body.data]
    expect(entries.map(({ sequence }) => sequence)).toEqual([3, 2, 1])
    expect(entries[1]).toMatchObject({
      actorKind: 'member',
      action: 'keys.create',
      projectId,
      address: '192.0.2.7',
      result: 'done',
    })
    expect(second.body.nextCursor).toBeNull()
  })

  test('200 only what the filter names', async () => {
    const { ada, grace } = await busyTenant()
    expect((await list(ada, { actorId: grace.actorId })).body.data).toHaveLength(2)
    expect((await list(ada, { action: 'projects.create' })).body.data).toHaveLength(2)
    expect((await list(ada, { until: '2020-01-01T00:00:00.000Z' })).body.data).toEqual([])
    expect((await list(ada, { from: '2020-01-01T00:00:00.000Z' })).body.data).toHaveLength(3)
  })

  test('400 invalid_request for a cursor of another filter, or of another tenant', async () => {
    const [{ ada }, { ada: stranger }] = [await busyTenant(), await busyTenant()]
    const { body } = await list(ada, { limit: '1' })
    const cursor = body.nextCursor as string
    expect(await list(stranger, { cursor })).toMatchObject(refused(400, 'invalid_request'))
    expect(await list(ada, { cursor, action: 'x' })).toMatchObject(refused(400, 'invalid_request'))
  })

  testGuards(auditList, {}, ['developer', 'viewer'])
})
