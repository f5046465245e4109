import { newId } from '@coinop/shared/ids'
import { beforeAll, describe, expect, test } from 'vitest'
import { fetchGateway, newKey } from './test-project.ts'
import { ask, newEmail, newPlayer, password, signUp, type Tenant } from './test-tenant.ts'

const own = 'https://play.good.example'
const local = 'http://localhost:5173'
const foreign = 'https://game.other.example'
let owner: Tenant
let other: Tenant
let publishable = ''
let player: { id: string; token: string }

async function listOrigins({ token, project }: Tenant, allowedOrigins: string[]) {
  const patched = await ask('PATCH', `/v1/projects/${project}`, { token, json: { allowedOrigins } })
  expect(patched).toMatchObject({ status: 200, body: { allowedOrigins } })
}

beforeAll(async () => {
  owner = await signUp()
  other = await signUp()
  await listOrigins(owner, [own, local])
  await listOrigins(other, [foreign])
  publishable = await newKey(owner.project, 'publishable', [])
  player = await newPlayer(publishable)
}, 60_000)

const get = (origin: string, headers: Record<string, string>, path = '/v1/items') =>
  fetchGateway(path, { headers: { origin, ...headers } })
const readers = ({ headers }: Response) => headers.get('access-control-allow-origin')
const preflight = (origin: string, path = '/v1/items') =>
  fetchGateway(path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-api-key',
    },
  })
const codeOf = async (response: Response) => (await response.json<{ code: string }>()).code

describe('an actual request', () => {
  test('200 readable by exactly the listed origins: with a publishable key, as a player, as a member', async () => {
    const credentials = [
      { 'x-api-key': publishable },
      { authorization: `Bearer ${player.token}` },
      { authorization: `Bearer ${player.token}`, 'x-api-key': publishable },
      { authorization: `Bearer ${owner.token}`, 'x-project-id': owner.project },
    ]
    for (const headers of credentials) {
      for (const origin of [own, local]) {
        const answer = await get(origin, headers)
        expect(answer.status).toBe(200)
        expect(readers(answer)).toBe(origin)
        expect(answer.headers.get('vary')).toContain('Origin')
        const exposed = answer.headers.get('access-control-expose-headers')
        for (const name of [
          'ratelimit',
          'retry-after',
          'idempotency-replayed',
          'x-request-id',
          'coinop-rows-read',
        ]) {
          expect(exposed).toContain(name)
        }
        expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
      }
      const away = await get(foreign, headers)
      expect(away.status).toBe(403)
      expect(readers(away)).toBeNull()
      expect(await codeOf(away)).toBe('origin_not_allowed')
    }
  })

  test.each([
    'null',
    '*',
    'https://play.good.example.evil.test',
    'https://evilplay.good.example',
    'https://play.good.example:8443',
    'https://play.good.example:443',
    'https://PLAY.good.example',
    'https://good.example',
    'http://play.good.example',
    'https://play.good.example/',
    'https://play.good.example@evil.test',
    'http://localhost',
    'http://localhost:5174',
    'https://localhost:5173',
    'http://localhost:5173.evil.test',
    'file://',
    'https://play.good.example, https://evil.test',
  ])('403 origin_not_allowed for %s, preflight included', async (origin) => {
    const answer = await get(origin, { 'x-api-key': publishable })
    expect(answer.status).toBe(403)
    expect(readers(answer)).toBeNull()
    const before = await preflight(origin)
    expect(before.status).toBe(403)
    expect(readers(before)).toBeNull()
  })

  test('403 changes nothing, and is said before anything is done', async () => {
    const email = newEmail()
    const answer = await fetchGateway('/v1/signup', {
      method: 'POST',
      headers: { origin: foreign, 'x-api-key': publishable, 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    })
    expect(answer.status).toBe(403)
    const again = await ask('POST', '/v1/signup', { key: publishable, json: { email, password } })
    expect(again.status).toBe(201)
  })

  test('a server, which sends no origin, and our own pages are as before', async () => {
    const headers = { 'x-api-key': await newKey(owner.project, 'secret', ['shop:read']) }
    const server = await fetchGateway('/v1/items', { headers })
    expect([server.status, readers(server)]).toEqual([200, null])
    const page = await fetchGateway('/v1/items', {
      headers: { ...headers, origin: 'http://gateway' },
    })
    expect([page.status, readers(page)]).toEqual([200, null])
  })

  test('403 secret_key_in_browser on a listed page too, which may read what to do', async () => {
    const secret = await newKey(owner.project, 'secret', ['shop:read'])
    const answer = await get(own, { 'x-api-key': secret })
    expect([answer.status, readers(answer)]).toEqual([403, own])
    const body = await answer.json<{ code: string; fix: string }>()
    expect(body.code).toBe('secret_key_in_browser')
    expect(body.fix).toContain('publishable key')
  })

  test('refusals are readable where the answer would be: 401 and 404', async () => {
    const expired = await get(own, { authorization: 'Bearer not.a.token' })
    expect([expired.status, readers(expired)]).toEqual([401, own])
    const stranger = await get('https://evil.test', { authorization: 'Bearer not.a.token' })
    expect([stranger.status, readers(stranger)]).toEqual([401, null])
    for (const path of [`/v1/items/${newId('itm')}`, '/v1/nothing']) {
      const answer = await get(own, { 'x-api-key': publishable }, path)
      expect([answer.status, readers(answer)], path).toEqual([
        404,
        path === '/v1/nothing' ? null : own,
      ])
    }
  })

  test('403 for signing in without a project from another origin: that is for our own pages', async () => {
    for (const [path, json] of [
      ['/v1/tenants', { name: 'x', email: newEmail(), password }],
      ['/v1/members/login', { email: owner.email, password }],
      ['/v1/refresh', { refreshToken: 'x' }],
    ] as const) {
      const send = (headers: Record<string, string>) =>
        fetchGateway(path, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers },
          body: JSON.stringify(json),
        })
      const answer = await send({ origin: own })
      expect([answer.status, await codeOf(answer)], path).toEqual([403, 'origin_not_allowed'])
      expect((await send({ origin: 'http://gateway' })).status, path).not.toBe(403)
    }
    const headers = { authorization: `Bearer ${owner.token}`, origin: own }
    expect((await fetchGateway('/v1/tenants/me', { headers })).status).toBe(403)
  })

  test('200 for a refresh from a listed page that sends the publishable key with it', async () => {
    const { body } = await ask('POST', '/v1/signup', {
      key: publishable,
      json: { email: newEmail(), password },
    })
    const answer = await fetchGateway('/v1/refresh', {
      method: 'POST',
      headers: { origin: own, 'x-api-key': publishable, 'content-type': 'application/json' },
      body: JSON.stringify({ refreshToken: body.refreshToken }),
    })
    expect([answer.status, readers(answer)]).toEqual([200, own])
  })
})

describe('a preflight', () => {
  test('204 for an origin that any project lists, and the methods and headers that clients send', async () => {
    for (const origin of [own, local, foreign]) {
      const answer = await preflight(origin, '/v1/purchase')
      expect([answer.status, readers(answer)]).toEqual([204, origin])
      expect(answer.headers.get('access-control-allow-methods')).toContain('PATCH')
      const headers = answer.headers.get('access-control-allow-headers')
      for (const name of ['authorization', 'x-api-key', 'idempotency-key', 'content-type']) {
        expect(headers).toContain(name)
      }
      expect(answer.headers.get('vary')).toContain('Origin')
      expect(answer.headers.has('access-control-allow-credentials')).toBe(false)
    }
  })

  test('twenty origins of one project all pass, and one that was taken away does not, within ten seconds', async () => {
    const many = Array.from({ length: 20 }, (_, number) => `https://p${number}.many.example`)
    const tenant = await signUp()
    await listOrigins(tenant, many)
    for (const origin of many) expect(readers(await preflight(origin))).toBe(origin)
    await listOrigins(tenant, many.slice(1))
    await new Promise((resolve) => setTimeout(resolve, 11_000))
    expect((await preflight(many[0]!)).status).toBe(403)
    expect(readers(await preflight(many[1]!))).toBe(many[1])
  }, 40_000)

  test('OPTIONS that is no preflight answers as before', async () => {
    const answer = await fetchGateway('/v1/items', { method: 'OPTIONS' })
    expect(answer.status).toBe(405)
  })
})
