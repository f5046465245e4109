import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { projects } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { projectsMax } from '../tenant-model.ts'
import { projectsCreate } from './projects.create.ts'

const json = { name: 'Space Miner', environment: 'live' }

describe('projects.create', () => {
  test('201 a live project on the free plan, in the audit log', async () => {
    const { tenantId, as } = await newTenant()
    const { status, body } = await call(projectsCreate, { json, caller: as('developer') })
    expect(status).toBe(201)
    expect(body).toMatchObject({ ...json, plan: 'free' })
    expect(await auditOf(tenantId)).toMatchObject([
      { action: 'projects.create', subject: body.id, projectId: body.id },
    ])
  })

  test('201 the same project when the key is repeated; 409 idempotency_conflict for another', async () => {
    const { owner } = await newTenant()
    const headers = { 'idempotency-key': 'project' }
    const first = await call(projectsCreate, { json, headers, caller: owner })
    const second = await call(projectsCreate, { json, headers, caller: owner })
    expect(second.body).toEqual(first.body)
    const other = await call(projectsCreate, {
      json: { ...json, name: 'Other' },
      headers,
      caller: owner,
    })
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('409 limit_reached for all that would be too many, however many ask at once', async () => {
    const { tenantId, owner } = await newTenant()
    const row = { tenantId, name: 'x', environment: 'test' as const, plan: 'free' }
    const rows = Array.from({ length: projectsMax - 3 }, () =>
      database.insert(projects).values({ ...row, id: newId('prj'), createdAt: now() }),
    )
    await database.batch([rows[0]!, ...rows.slice(1)])
    const all = await Promise.all(
      Array.from({ length: 5 }, () => call(projectsCreate, { json, caller: owner })),
    )
    expect(all.filter(({ status }) => status === 201)).toHaveLength(2)
    expect(all.filter(({ body }) => body.code === 'limit_reached')).toHaveLength(3)
  })

  test.each([{ name: '' }, { environment: 'staging' }, { plan: 'scale' }])(
    '400 invalid_request for %j',
    async (wrong) => {
      const { owner } = await newTenant()
      const answer = await call(projectsCreate, { json: { ...json, ...wrong }, caller: owner })
      expect(answer).toMatchObject(refused(400, 'invalid_request'))
    },
  )

  testGuards(projectsCreate, { json }, ['viewer'])
})
