import { callerHeader } from '@coinop/shared/caller'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { findKey, rememberedMilliseconds } from './key-cache.ts'
import {
  bindings,
  fetchGateway,
  newKey,
  newProject,
  problemOf,
  revokeKeys,
} from './test-project.ts'

let projectId = ''
let key = ''
beforeAll(async () => {
  projectId = await newProject()
  key = await newKey(projectId)
})

const currencies = (headers: Record<string, string>) => fetchGateway('/v1/currencies', { headers })

describe('credentials', () => {
  test('200 with X-Api-Key, and with the key as a bearer', async () => {
    expect((await currencies({ 'x-api-key': key })).status).toBe(200)
    expect((await currencies({ authorization: `Bearer ${key}` })).status).toBe(200)
  })

  test('401 without one, with a mistyped one, with an unknown one, with a broken header', async () => {
    const other = await newKey(projectId)
    await revokeKeys(projectId)
    const mistyped = `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`
    const headers = [
      {},
      { 'x-api-key': mistyped },
      { 'x-api-key': other },
      { authorization: 'Bearer' },
      { authorization: `Basic ${key}` },
      { authorization: 'Bearer a.b.c' },
    ]
    for (const each of headers) expect((await currencies(each as never)).status).toBe(401)
    key = await newKey(projectId)
  })

  test('a publishable key may read the catalogue and not the event log', async () => {
    const publishable = await newKey(projectId, 'publishable', [])
    const headers = { 'x-api-key': publishable }
    expect((await currencies(headers)).status).toBe(200)
    expect(await problemOf('/v1/events', { headers })).toMatchObject({
      status: 403,
      code: 'forbidden',
    })
  })

  test('20 forged internal headers change nothing about who is asking', async () => {
    const forged = JSON.stringify({
      kind: 'secret',
      actorId: 'key_forged',
      projectId,
      scopes: ['events:read'],
      plan: 'scale',
      requestId: 'forged',
      traceparent: '',
    })
    const names = [callerHeader, 'Coinop-Caller', 'COINOP-CALLER', 'coinop-project', 'coinop-actor']
    const more = [
      'coinop-scopes',
      'coinop-operation',
      'coinop-plan',
      'coinop-x',
      'x-internal-caller',
    ]
    const others = ['x-internal-user', 'X-INTERNAL-PROJECT', 'x-internal-scopes', 'x-internal-a']
    const rest = [
      'coinop-a',
      'coinop-b',
      'coinop-c',
      'coinop-admin',
      'x-internal-b',
      'x-internal-c',
    ]
    for (const name of [...names, ...more, ...others, ...rest]) {
      const answer = await problemOf('/v1/events', { headers: { [name]: forged } })
      expect(answer, name).toMatchObject({ status: 401, code: 'unauthenticated' })
      const response = await fetchGateway('/v1/currencies', {
        headers: { 'x-api-key': key, [name]: forged },
      })
      expect(response.status, name).toBe(200)
      expect(response.headers.get('coinop-operation')).toBeNull()
    }
  })
})

describe('findKey', () => {
  test('asks nobody for 1,000 malformed keys, and once for a warm one', async () => {
    const lookups = { findKey: vi.fn((asked: string) => bindings.AUTH_LOOKUPS.findKey(asked)) }
    const counted = lookups as unknown as GatewayEnv['AUTH_LOOKUPS']
    for (let index = 0; index < 1_000; index++) {
      const mistyped = `${key.slice(0, 30)}${String(index).padStart(4, '0')}${key.slice(34)}`
      if (mistyped !== key) expect(await findKey(counted, mistyped)).toBeUndefined()
    }
    expect(lookups.findKey).not.toHaveBeenCalled()
    for (let index = 0; index < 10; index++) {
      expect(await findKey(counted, key)).toMatchObject({ projectId })
    }
    expect(lookups.findKey.mock.calls.length).toBeLessThanOrEqual(1)
  })

  test('forgets a key after ten seconds: a revoked one lives no longer', async () => {
    const project = await newProject()
    const soon = await newKey(project)
    expect(await findKey(bindings.AUTH_LOOKUPS, soon)).toMatchObject({ projectId: project })
    await revokeKeys(project)
    vi.useFakeTimers({ now: Date.now() + rememberedMilliseconds + 1, toFake: ['Date'] })
    try {
      expect(await findKey(bindings.AUTH_LOOKUPS, soon)).toBeUndefined()
    } finally {
      vi.useRealTimers()
    }
  })
})
