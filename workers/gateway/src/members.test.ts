import { newId } from '@coinop/shared/ids'
import { beforeAll, describe, expect, test } from 'vitest'
import { newKey, newProject, problemOf } from './test-project.ts'
import { ask, joined, newEmail, password, signUp, type Tenant } from './test-tenant.ts'

let owner: Tenant
beforeAll(async () => {
  owner = await signUp()
})

async function newApiKey(scopes: string[]) {
  const { token, project } = owner
  const json = { kind: 'secret', name: 'server', scopes }
  const { body } = await ask('POST', '/v1/keys', { token, project, json })
  return { id: body.id as string, secret: body.secret as string }
}

describe('member callers', () => {
  test('200 for a member where members may ask; 403 where only players may, and the other way round', async () => {
    const { token } = owner
    expect(await ask('GET', '/v1/tenants/me', { token })).toMatchObject({ status: 200 })
    expect(await ask('GET', '/v1/me', { token })).toMatchObject({ status: 403 })
    const key = await newKey(owner.project, 'publishable', [])
    const project = owner.project
    const json = { email: newEmail(), password }
    expect(await ask('POST', '/v1/signup', { token, project, json })).toMatchObject({ status: 403 })
    const player = await ask('POST', '/v1/signup', { key, json: { email: newEmail(), password } })
    const playerToken = player.body.accessToken as string
    expect(await ask('GET', '/v1/me', { token: playerToken })).toMatchObject({ status: 200 })
    for (const path of ['/v1/tenants/me', '/v1/keys', '/v1/projects', '/v1/audit']) {
      const asPlayer = { token: playerToken, project: owner.project }
      expect(await ask('GET', path, asPlayer), path).toMatchObject({ status: 403 })
    }
  })

  test("404, the same for another tenant's project, for none and for nonsense", async () => {
    const foreign = (await signUp()).project
    const { token } = owner
    const bodies = []
    for (const project of [foreign, await newProject(), newId('prj'), 'nonsense']) {
      const answer = await ask('GET', '/v1/keys', { token, project })
      expect(answer.status).toBe(404)
      bodies.push(JSON.stringify({ ...answer.body, requestId: '' }))
    }
    const missing = await ask('GET', '/v1/nothing', { token })
    bodies.push(JSON.stringify({ ...missing.body, requestId: '' }))
    expect(new Set(bodies).size).toBe(1)
  })

  test('400 without a project where one is meant, 401 with a key beside the token', async () => {
    const { token } = owner
    expect(await ask('GET', '/v1/keys', { token })).toMatchObject({
      status: 400,
      body: { code: 'invalid_request' },
    })
    const key = await newKey(owner.project)
    expect(await ask('GET', '/v1/tenants/me', { token, key })).toMatchObject({ status: 401 })
  })

  test('a new role and a removal count from the next request on', async () => {
    const grace = await joined(owner, 'viewer')
    const json = { name: 'Another', environment: 'test' }
    const make = () => ask('POST', '/v1/projects', { token: grace.token, json })
    expect(await make()).toMatchObject({ status: 403 })
    const path = `/v1/members/${grace.id}`
    const { token } = owner
    await ask('PATCH', path, { token, json: { role: 'developer' } })
    expect(await make()).toMatchObject({ status: 201 })
    expect(await ask('DELETE', path, { token })).toMatchObject({ status: 204 })
    expect(await make()).toMatchObject({ status: 401 })
  })

  test('a logout counts from the next request on', async () => {
    const { token, body } = await joined(owner, 'viewer')
    expect(await ask('GET', '/v1/tenants/me', { token })).toMatchObject({ status: 200 })
    await ask('POST', '/v1/logout', { json: { refreshToken: body.refreshToken as string } })
    expect(await ask('GET', '/v1/tenants/me', { token })).toMatchObject({ status: 401 })
  })

  test('401 for a token whose audience was changed', async () => {
    const [header = '', payload = '', signature = ''] = owner.token.split('.')
    const claims = JSON.parse(atob(payload)) as object
    const forged = btoa(JSON.stringify({ ...claims, aud: 'coinop-api' })).replaceAll('=', '')
    const token = [header, forged, signature].join('.')
    const headers = { authorization: `Bearer ${token}` }
    expect(await problemOf('/v1/me', { headers })).toMatchObject({ status: 401 })
    expect(await problemOf('/v1/tenants/me', { headers })).toMatchObject({ status: 401 })
  })
})

describe('a revoked key', () => {
  /** Two players, one of them rich, and a key that may move their money. */
  async function market() {
    const key = await newApiKey(['wallet:read', 'wallet:write'])
    const json = { code: 'GEM', name: 'Gem', decimals: 0, transferable: true }
    await ask('POST', '/v1/currencies', { key: key.secret, json })
    const ids: string[] = []
    for (const email of [newEmail(), newEmail()]) {
      const signup = { key: key.secret, json: { email, password } }
      ids.push((await ask('POST', '/v1/signup', signup)).body.user.id)
    }
    const [from = '', to = ''] = ids
    const deposit = { currency: 'GEM', amount: 1_000_000, reason: 'test' }
    const path = `/v1/wallets/${from}/deposit`
    expect(await ask('POST', path, { key: key.secret, json: deposit })).toMatchObject({
      status: 201,
    })
    const transfer = () =>
      ask('POST', '/v1/transfer', {
        key: key.secret,
        json: { from, to, currency: 'GEM', amount: 1 },
      })
    return { key, transfer }
  }

  test('moves no money after the answer, and reads for at most ten seconds, under load', async () => {
    const { key, transfer } = await market()
    expect(await transfer()).toMatchObject({ status: 201 })
    let revokedAt = Infinity
    const end = new AbortController()
    const results: { startedAt: number; moves: boolean; status: number }[] = []
    const load = async (moves: boolean) => {
      while (!end.signal.aborted) {
        const startedAt = performance.now()
        const { status } = moves
          ? await transfer()
          : await ask('GET', '/v1/currencies', { key: key.secret })
        results.push({ startedAt, moves, status })
        await new Promise((resolve) => setTimeout(resolve, 40))
      }
    }
    const running = [true, true, false, false].map(load)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const { token, project } = owner
    const path = `/v1/keys/${key.id}`
    expect(await ask('DELETE', path, { token, project })).toMatchObject({ status: 204 })
    revokedAt = performance.now()
    await new Promise((resolve) => setTimeout(resolve, 11_000))
    end.abort()
    await Promise.all(running)
    const after = results.filter(({ startedAt }) => startedAt >= revokedAt)
    const moved = after.filter(({ moves }) => moves)
    expect(moved.length).toBeGreaterThan(50)
    expect(new Set(moved.map(({ status }) => status))).toEqual(new Set([401]))
    const before = results.filter(({ startedAt, moves }) => moves && startedAt < revokedAt)
    expect(before.some(({ status }) => status === 201)).toBe(true)
    const late = after.filter(({ startedAt }) => startedAt > revokedAt + 10_000)
    expect(late.length).toBeGreaterThan(10)
    expect(new Set(late.map(({ status }) => status))).toEqual(new Set([401]))
  }, 40_000)
})
