import { env } from 'cloudflare:workers'
import { plans } from '@coinop/billing/plans'
import { now } from '@coinop/shared/clock'
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { findKey } from '../api-keys.ts'
import { countActiveKeys } from '../projects.ts'
import { apiKeys, idempotency, projects } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { auditOf, insertProject, newTenant, testGuards } from '../testing-tenants.ts'
import { keysCreate } from './keys.create.ts'

const json = { kind: 'secret', name: 'server', scopes: ['wallet:read', 'wallet:read'] }

describe('keys.create', () => {
  test('201 a key that works, stored as a hash only', async () => {
    const { tenantId, projectId, as } = await newTenant()
    const { status, body } = await call(keysCreate, { json, caller: as('developer') })
    expect(status).toBe(201)
    expect(body.secret).toMatch(/^coinop_test_/)
    expect(body.secret.startsWith(body.prefix)).toBe(true)
    expect(await findKey(env, body.secret)).toMatchObject({
      keyId: body.id,
      projectId,
      scopes: ['wallet:read'],
    })
    const rows = await database.select().from(apiKeys).where(eq(apiKeys.id, body.id))
    expect(JSON.stringify([rows, await auditOf(tenantId)])).not.toContain(body.secret.slice(-30))
  })

  test('201 a live key in a live project', async () => {
    const { tenantId, owner } = await newTenant()
    const projectId = await insertProject(tenantId, 'live')
    const { body } = await call(keysCreate, { json, caller: { ...owner, projectId } })
    expect(body.secret).toMatch(/^coinop_live_/)
  })

  test('201 the same secret again with the same key, kept sealed; 409 idempotency_conflict for another name', async () => {
    const { projectId, owner } = await newTenant()
    const headers = { 'idempotency-key': 'key-1' }
    const first = await call(keysCreate, { json, headers, caller: owner })
    const second = await call(keysCreate, { json, headers, caller: owner })
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    const [stored] = await database
      .select()
      .from(idempotency)
      .where(eq(idempotency.projectId, projectId))
    expect(stored?.answer).not.toContain('coinop_')
    const other = { ...json, name: 'other' }
    const conflict = await call(keysCreate, { json: other, headers, caller: owner })
    expect(conflict).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('201 for all of ten at once, and a chain of ten without a fork', async () => {
    const { tenantId, owner } = await newTenant('pro')
    const all = await Promise.all(
      Array.from({ length: 10 }, () => call(keysCreate, { json, caller: owner })),
    )
    expect(all.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 201))
    const sequences = (await auditOf(tenantId)).map(({ sequence }) => sequence)
    expect(sequences).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  })

  test('403 plan_limit for all that are beyond the plan, however many ask at once', async () => {
    const { projectId, owner } = await newTenant()
    const limit = plans.free.countsMax.keys
    const all = await Promise.all(
      Array.from({ length: 20 }, () => call(keysCreate, { json, caller: owner })),
    )
    const made = all.filter(({ status }) => status === 201)
    expect(made).toHaveLength(limit)
    const others = all.filter(({ status }) => status !== 201)
    for (const answer of others) {
      expect(answer).toMatchObject(refused(403, 'plan_limit'))
      expect(answer.body).toMatchObject({ axis: 'keys', limit, current: limit })
      expect(answer.body.fix).toContain('GET /v1/billing')
    }
    expect(await countActiveKeys(database, projectId)).toBe(limit)
  })

  test('201 again when a key has ended, or on a larger plan', async () => {
    const { projectId, owner } = await newTenant()
    const create = () => call(keysCreate, { json, caller: owner })
    for (let each = 0; each < plans.free.countsMax.keys; each++) await create()
    expect(await create()).toMatchObject(refused(403, 'plan_limit'))
    const [one] = await database.select().from(apiKeys).where(eq(apiKeys.projectId, projectId))
    await database
      .update(apiKeys)
      .set({ expiresAt: now() - 1 })
      .where(eq(apiKeys.id, one!.id))
    expect(await create()).toMatchObject({ status: 201 })
    expect(await create()).toMatchObject(refused(403, 'plan_limit'))
    await database.update(projects).set({ plan: 'pro' }).where(eq(projects.id, projectId))
    expect(await create()).toMatchObject({ status: 201 })
  })

  test('404 not_found in a project of another tenant', async () => {
    const { owner } = await newTenant()
    const { projectId } = await newTenant()
    const answer = await call(keysCreate, { json, caller: { ...owner, projectId } })
    expect(answer).toMatchObject(refused(404, 'not_found'))
  })

  test('400 invalid_request for a member who names no project', async () => {
    const { owner } = await newTenant()
    const answer = await call(keysCreate, { json, caller: { ...owner, projectId: '' } })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
    expect(answer.body.errors[0].pointer).toBe('/header/x-project-id')
  })

  test.each([
    ['/body/scopes', { scopes: [] }],
    ['/body/scopes', { kind: 'publishable' }],
    ['/body/scopes/0', { scopes: ['everything'] }],
    ['/body/expiresAt', { expiresAt: '2020-01-01T00:00:00.000Z' }],
    ['/body/expiresAt', { expiresAt: 'tomorrow' }],
    ['/body/kind', { kind: 'root' }],
  ])('400 invalid_request at %s for %j', async (pointer, wrong) => {
    const { owner } = await newTenant()
    const answer = await call(keysCreate, { json: { ...json, ...wrong }, caller: owner })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })

  testGuards(keysCreate, { json }, ['viewer'])
})
