import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { FailPoints, type FaultAction } from '@coinop/shared/fail-points'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { keyGeneration, raiseKeyGeneration } from './key-generations.ts'
import { KeyGenerationObject } from './key-generation-object.ts'
import { keysCreate } from './routes/keys.create.ts'
import { keysDelete } from './routes/keys.delete.ts'
import { keysRotate } from './routes/keys.rotate.ts'
import { apiKeys } from './schema.ts'
import { database } from './testing.ts'
import { newTenant } from './testing-tenants.ts'

const newReference = () => ({ projectId: newId('prj'), keyId: newId('key') })
const stubOf = ({ projectId, keyId }: ReturnType<typeof newReference>) =>
  env.KEY_GENERATIONS.getByName(`${projectId}/${keyId}`)

async function withKey() {
  const tenant = await newTenant()
  const json = { kind: 'secret', name: 'server', scopes: ['wallet:read'] }
  const { body } = await call(keysCreate, { json, caller: tenant.owner })
  const keyId = body.id as string
  return { caller: tenant.owner, key: { projectId: tenant.projectId, keyId }, params: { keyId } }
}

describe('the generation of a key', () => {
  test('is 0 without a row written, one more after each change, and survives a restart', async () => {
    const key = newReference()
    expect(await keyGeneration(env, key)).toBe(0)
    const rows = await runInDurableObject(stubOf(key), (_: KeyGenerationObject, { storage }) => [
      ...storage.kv.list(),
    ])
    expect(rows).toEqual([])
    for (const expected of [1, 2]) {
      await raiseKeyGeneration(env, key)
      expect(await keyGeneration(env, key)).toBe(expected)
    }
    await evictDurableObject(stubOf(key))
    expect(await keyGeneration(env, key)).toBe(2)
    expect(await keyGeneration(env, newReference())).toBe(0)
  })

  test('is raised before a revocation and before a rotation is answered, also of an answer that is repeated', async () => {
    const { caller, key, params } = await withKey()
    const headers = { 'idempotency-key': 'once' }
    for (const expected of [1, 2]) {
      const json = { overlapHours: 1 }
      expect(await call(keysRotate, { caller, params, json, headers })).toMatchObject({
        status: 201,
      })
      expect(await keyGeneration(env, key)).toBe(expected)
    }
    for (const expected of [3, 4]) {
      expect(await call(keysDelete, { caller, params })).toMatchObject({ status: 204 })
      expect(await keyGeneration(env, key)).toBe(expected)
    }
  })

  test.each<FaultAction>(['throw', 'abort', 'lose-reply'])(
    'that cannot be raised (%s) leaves a revocation unanswered; repeating it raises it',
    async (action) => {
      const { caller, key, params } = await withKey()
      const points = new FailPoints().register(
        KeyGenerationObject,
        [{ method: 'raise', waits: true }],
        (object) => (object as unknown as { ctx: DurableObjectState }).ctx.abort('injected'),
      )
      try {
        points.begin(() => action)
        const answer = await call(keysDelete, { caller, params })
        expect(answer).toMatchObject({ status: 503, body: { code: 'unavailable' } })
        expect([...points.hit]).toEqual([['KeyGenerationObject.raise', 1]])
      } finally {
        points.uninstall()
      }
      const [row] = await database.select().from(apiKeys).where(eq(apiKeys.id, params.keyId))
      expect(row!.revokedAt).toBeLessThanOrEqual(now())
      const before = await keyGeneration(env, key)
      expect(await call(keysDelete, { caller, params })).toMatchObject({ status: 204 })
      expect(await keyGeneration(env, key)).toBe(before + 1)
    },
  )
})
