import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { insertProject, newTenant, testGuards } from '../testing-tenants.ts'
import { projectsList } from './projects.list.ts'

describe('projects.list', () => {
  test('200 every project of the tenant once, over pages, and none of another', async () => {
    const { tenantId, projectId, as } = await newTenant()
    const ids = [projectId, await insertProject(tenantId), await insertProject(tenantId)]
    await newTenant()
    const caller = as('viewer')
    const first = await call(projectsList, { query: { limit: '2' }, caller })
    const query = { limit: '2', cursor: first.body.nextCursor as string }
    const second = await call(projectsList, { query, caller })
    expect(second.body.nextCursor).toBeNull()
    const seen = [...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id)
    expect(seen).toEqual(ids.toSorted())
  })

  testGuards(projectsList, {}, [])
})
