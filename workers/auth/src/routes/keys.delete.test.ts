import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { findKey } from '../api-keys.ts'
import { refused } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { keysCreate } from './keys.create.ts'
import { keysDelete } from './keys.delete.ts'

async function withKey(tenant: Awaited<ReturnType<typeof newTenant>>) {
  const json = { kind: 'publishable', name: 'game' }
  const { body } = await call(keysCreate, { json, caller: tenant.owner })
  return { keyId: body.id as string, secret: body.secret as string }
}

describe('keys.delete', () => {
  test('204, and it is not found any more; again it changes nothing', async () => {
    const tenant = await newTenant()
    const { keyId, secret } = await withKey(tenant)
    const input = { params: { keyId }, caller: tenant.owner }
    expect((await call(keysDelete, input)).status).toBe(204)
    expect(await findKey(env, secret)).toBeUndefined()
    expect((await call(keysDelete, input)).status).toBe(204)
    expect((await auditOf(tenant.tenantId)).at(-1)).toMatchObject({
      action: 'keys.delete',
      subject: keyId,
    })
  })

  test("404 not_found for another tenant's key, which still works", async () => {
    const { keyId, secret } = await withKey(await newTenant())
    const { owner } = await newTenant()
    const answer = await call(keysDelete, { params: { keyId }, caller: owner })
    expect(answer).toMatchObject(refused(404, 'not_found'))
    expect(await findKey(env, secret)).toBeDefined()
  })

  test('409 idempotency_conflict when the key comes with another one to revoke', async () => {
    const tenant = await newTenant()
    const [one, two] = [await withKey(tenant), await withKey(tenant)]
    const revoke = (keyId: string) =>
      call(keysDelete, {
        params: { keyId },
        caller: tenant.owner,
        headers: { 'idempotency-key': 'revoke' },
      })
    await revoke(one.keyId)
    expect(await revoke(two.keyId)).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  testGuards(keysDelete, { params: { keyId: newId('key') } }, ['viewer'])
})
