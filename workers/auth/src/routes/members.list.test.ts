import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { refused } from '../testing.ts'
import { insertMember, newTenant, testGuards } from '../testing-tenants.ts'
import { membersList } from './members.list.ts'

describe('members.list', () => {
  test('200 every member of the tenant once, over pages, and none of another', async () => {
    const { tenantId, as } = await newTenant()
    await insertMember((await newTenant()).tenantId, 'owner')
    const ids: string[] = []
    for (const role of ['owner', 'admin', 'viewer'] as const) {
      ids.push((await insertMember(tenantId, role)).id)
    }
    const caller = as('viewer')
    const first = await call(membersList, { query: { limit: '2' }, caller })
    const query = { limit: '2', cursor: first.body.nextCursor as string }
    const second = await call(membersList, { query, caller })
    expect(second.body.nextCursor).toBeNull()
    const seen = [...first.body.data, ...second.body.data].map(({ id }: { id: string }) => id)
    expect(seen).toEqual(ids.toSorted())
    const { owner: stranger } = await newTenant()
    expect(await call(membersList, { query, caller: stranger })).toMatchObject(
      refused(400, 'invalid_request'),
    )
  })

  testGuards(membersList, {}, [])
})
