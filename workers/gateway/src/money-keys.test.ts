import { newId } from '@coinop/shared/ids'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { findKey, findKeyNow, rememberedMilliseconds } from './key-cache.ts'
import { bindings, fetchGateway, revokeKeys } from './test-project.ts'
import { ask, signUp, type Tenant } from './test-tenant.ts'

let owner: Tenant
beforeAll(async () => {
  owner = await signUp()
})

async function newApiKey() {
  const { token, project } = owner
  const json = { kind: 'secret', name: 'server', scopes: ['wallet:read', 'wallet:write'] }
  const { body } = await ask('POST', '/v1/keys', { token, project, json })
  return { id: body.id as string, key: body.secret as string }
}

const revoke = (id: string) =>
  ask('DELETE', `/v1/keys/${id}`, { token: owner.token, project: owner.project })

/** Of nobody's wallet: refused for that while the key may move money at all. */
async function moveMoney(key: string): Promise<number> {
  const json = { from: newId('usr'), to: newId('usr'), currency: 'COIN', amount: 1 }
  return (await ask('POST', '/v1/transfer', { key, json })).status
}

/** The real answers of `auth`, counted. */
function counted() {
  const { AUTH_LOOKUPS } = bindings
  const findKey = vi.fn((...input: Parameters<typeof AUTH_LOOKUPS.findKey>) =>
    AUTH_LOOKUPS.findKey(...input),
  )
  const keyGeneration = vi.fn((...input: Parameters<typeof AUTH_LOOKUPS.keyGeneration>) =>
    AUTH_LOOKUPS.keyGeneration(...input),
  )
  const lookups = { findKey, keyGeneration } as unknown as GatewayEnv['AUTH_LOOKUPS']
  return { lookups, calls: () => [findKey.mock.calls.length, keyGeneration.mock.calls.length] }
}

describe('a key where money moves', () => {
  test('reads its row twice at first, and then only whether it has changed', async () => {
    const { key } = await newApiKey()
    const { lookups, calls } = counted()
    for (const expected of [
      [1, 0],
      [2, 0],
      [2, 1],
      [2, 2],
    ]) {
      expect(await findKeyNow(lookups, key)).toMatchObject({ projectId: owner.project })
      expect(calls()).toEqual(expected)
    }
  })

  test('401 from the answer of its revocation on, however warm it is', async () => {
    const { id, key } = await newApiKey()
    for (let count = 0; count < 4; count += 1) expect(await moveMoney(key)).not.toBe(401)
    expect((await revoke(id)).status).toBe(204)
    expect(await moveMoney(key)).toBe(401)
    expect((await fetchGateway('/v1/currencies', { headers: { 'x-api-key': key } })).status).toBe(
      401,
    )
  })

  test('401 from the answer of a rotation without an overlap on; the new key works at once', async () => {
    const { id, key } = await newApiKey()
    for (let count = 0; count < 4; count += 1) expect(await moveMoney(key)).not.toBe(401)
    const { token, project } = owner
    const json = { overlapHours: 0 }
    const { body } = await ask('POST', `/v1/keys/${id}/rotate`, { token, project, json })
    expect(await moveMoney(key)).toBe(401)
    expect(await moveMoney(body.secret as string)).not.toBe(401)
  })

  test('whose revocation ended between its row and its object: 401 after it is repeated, and by itself after 10 s', async () => {
    const [one, two] = [await newApiKey(), await newApiKey()]
    for (const { key } of [one, two]) {
      for (let count = 0; count < 3; count += 1) await moveMoney(key)
    }
    // What a crash leaves behind: nobody has been told that the keys are revoked.
    await revokeKeys(owner.project)
    expect((await revoke(one.id)).status).toBe(204)
    expect(await moveMoney(one.key)).toBe(401)
    vi.useFakeTimers({ now: Date.now() + rememberedMilliseconds + 1, toFake: ['Date'] })
    try {
      expect(await moveMoney(two.key)).toBe(401)
    } finally {
      vi.useRealTimers()
    }
  })

  test('that is revoked while it is looked up is found, and not trusted a second time', async () => {
    const { id, key } = await newApiKey()
    await findKey(bindings.AUTH_LOOKUPS, key)
    const { lookups } = counted()
    const { AUTH_LOOKUPS } = bindings
    const late = {
      ...lookups,
      // The row was read before the revocation, the answer comes after it.
      findKey: async (...input: Parameters<typeof AUTH_LOOKUPS.findKey>) => {
        const found = await AUTH_LOOKUPS.findKey(...input)
        expect((await revoke(id)).status).toBe(204)
        return found
      },
    } as unknown as GatewayEnv['AUTH_LOOKUPS']
    expect(await findKeyNow(late, key)).toMatchObject({ keyId: id })
    expect(await findKeyNow(AUTH_LOOKUPS, key)).toBeUndefined()
  })

  test('asks once for requests that come together, and after each of them has come', async () => {
    const { id, key } = await newApiKey()
    const { lookups, calls } = counted()
    for (let count = 0; count < 2; count += 1) await findKeyNow(lookups, key)
    const { AUTH_LOOKUPS } = bindings
    let asked = 0
    let release: (() => void) | undefined
    const released = new Promise<void>((done) => (release = done))
    const held = {
      ...lookups,
      // Answers what was true when it was asked, later.
      keyGeneration: async (...input: Parameters<typeof AUTH_LOOKUPS.keyGeneration>) => {
        asked += 1
        const generation = await AUTH_LOOKUPS.keyGeneration(...input)
        await released
        return generation
      },
    } as unknown as GatewayEnv['AUTH_LOOKUPS']
    const before = findKeyNow(held, key)
    await vi.waitFor(() => expect(asked).toBe(1))
    expect((await revoke(id)).status).toBe(204)
    const after = Array.from({ length: 20 }, () => findKeyNow(held, key))
    release?.()
    expect(await before).toMatchObject({ keyId: id })
    expect(await Promise.all(after)).toEqual(after.map(() => undefined))
    expect(asked).toBe(2)
    expect(calls()).toEqual([22, 0])
  })

  test('of many requests at once, from the answer of its revocation on, is refused in all', async () => {
    const { id, key } = await newApiKey()
    for (let count = 0; count < 3; count += 1) expect(await moveMoney(key)).not.toBe(401)
    const many = () => Promise.all(Array.from({ length: 20 }, () => moveMoney(key)))
    expect(new Set(await many())).toEqual(new Set([404]))
    const during = many()
    expect((await revoke(id)).status).toBe(204)
    expect(new Set(await many())).toEqual(new Set([401]))
    expect(new Set([404, 401])).toEqual(new Set([404, 401, ...(await during)]))
  })

  test('that expires counts until then and no longer, whatever is remembered', async () => {
    const { id, key } = await newApiKey()
    const real = await bindings.AUTH_LOOKUPS.findKey(key)
    const expiresAt = Date.now() + 2_000
    const findKey = vi.fn(() => Promise.resolve({ ...real!, expiresAt, generation: 0 }))
    const keyGeneration = () => Promise.resolve(0)
    const lookups = { findKey, keyGeneration } as unknown as GatewayEnv['AUTH_LOOKUPS']
    for (let count = 0; count < 3; count += 1) {
      expect(await findKeyNow(lookups, key)).toMatchObject({ keyId: id })
    }
    expect(findKey).toHaveBeenCalledTimes(1)
    vi.useFakeTimers({ now: expiresAt, toFake: ['Date'] })
    try {
      await findKeyNow(lookups, key)
      expect(findKey).toHaveBeenCalledTimes(2)
    } finally {
      vi.useRealTimers()
    }
  })
})
