import { env } from 'cloudflare:workers'
import { plans } from '@coinop/billing/plans'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { findKey } from '../api-keys.ts'
import { countActiveKeys } from '../projects.ts'
import { apiKeys } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { keysCreate } from './keys.create.ts'
import { keysRotate } from './keys.rotate.ts'

async function withKey() {
  const tenant = await newTenant()
  const json = { kind: 'secret', name: 'server', scopes: ['wallet:read'] }
  const { body } = await call(keysCreate, { json, caller: tenant.owner })
  const rotate = (json: object, key?: string) =>
    call(keysRotate, {
      params: { keyId: body.id },
      json,
      caller: tenant.owner,
      headers: { ...(key !== undefined && { 'idempotency-key': key }) },
    })
  return { ...tenant, keyId: body.id as string, secret: body.secret as string, rotate }
}
const rowOf = async (keyId: string) =>
  (await database.select().from(apiKeys).where(eq(apiKeys.id, keyId)))[0]!

describe('keys.rotate', () => {
  test('201 a new key with the same rights; both work until the overlap is over', async () => {
    const { tenantId, keyId, secret, rotate } = await withKey()
    const { status, body } = await rotate({ overlapHours: 2 })
    expect(status).toBe(201)
    expect(body).toMatchObject({ kind: 'secret', name: 'server', scopes: ['wallet:read'] })
    expect(await findKey(env, secret)).toBeDefined()
    expect(await findKey(env, body.secret)).toMatchObject({ keyId: body.id })
    const { expiresAt } = await rowOf(keyId)
    expect(Math.abs((expiresAt ?? 0) - now() - 2 * 3_600_000)).toBeLessThan(10_000)
    await database
      .update(apiKeys)
      .set({ expiresAt: now() - 1 })
      .where(eq(apiKeys.id, keyId))
    expect(await findKey(env, secret)).toBeUndefined()
    expect((await auditOf(tenantId)).at(-1)).toMatchObject({
      action: 'keys.rotate',
      subject: keyId,
    })
  })

  test('201 with an overlap of 0 ends the old key at once, and 24 hours are the default', async () => {
    const [first, second] = [await withKey(), await withKey()]
    await first.rotate({ overlapHours: 0 })
    expect(await findKey(env, first.secret)).toBeUndefined()
    await second.rotate({})
    const { expiresAt } = await rowOf(second.keyId)
    expect(Math.abs((expiresAt ?? 0) - now() - 24 * 3_600_000)).toBeLessThan(10_000)
  })

  test('201 the same secret when the key is repeated; 409 idempotency_conflict for another overlap', async () => {
    const { rotate } = await withKey()
    const first = await rotate({ overlapHours: 1 }, 'rotate')
    expect((await rotate({ overlapHours: 1 }, 'rotate')).body).toEqual(first.body)
    expect(await rotate({ overlapHours: 2 }, 'rotate')).toMatchObject(
      refused(409, 'idempotency_conflict'),
    )
  })

  test('403 plan_limit for an overlap beyond the plan, however many ask at once; 201 without one', async () => {
    const { projectId, rotate } = await withKey()
    const { keys: limit } = plans.free.countsMax
    const all = await Promise.all(Array.from({ length: 20 }, () => rotate({ overlapHours: 1 })))
    expect(all.filter(({ status }) => status === 201)).toHaveLength(limit - 1)
    const others = all.filter(({ status }) => status !== 201)
    for (const answer of others) {
      expect(answer).toMatchObject(refused(403, 'plan_limit'))
      expect(answer.body).toMatchObject({ axis: 'keys', limit, current: limit })
    }
    expect(await countActiveKeys(database, projectId)).toBe(limit)
    expect(await rotate({ overlapHours: 0 })).toMatchObject({ status: 201 })
    expect(await countActiveKeys(database, projectId)).toBe(limit)
  })

  test('409 key_ended for a key that is revoked', async () => {
    const { rotate } = await withKey()
    await rotate({ overlapHours: 0 })
    expect(await rotate({ overlapHours: 0 })).toMatchObject(refused(409, 'key_ended'))
  })

  test("404 not_found for another tenant's key", async () => {
    const { keyId } = await withKey()
    const { owner } = await newTenant()
    const input = { params: { keyId }, json: {}, caller: owner }
    expect(await call(keysRotate, input)).toMatchObject(refused(404, 'not_found'))
  })

  test.each([{ overlapHours: 25 }, { overlapHours: -1 }, { overlapHours: '1' }])(
    '400 invalid_request for %j',
    async (json) => {
      const { rotate } = await withKey()
      expect(await rotate(json)).toMatchObject(refused(400, 'invalid_request'))
    },
  )

  testGuards(keysRotate, { params: { keyId: newId('key') }, json: {} }, ['viewer'])
})
