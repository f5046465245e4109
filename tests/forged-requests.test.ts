import { request } from 'node:http'
import { beforeAll, describe, expect, test } from 'vitest'
import { scopes } from '../packages/shared/src/access.ts'
import { quiet } from './databases.ts'
import { baseUrl, demo, newPlayer, type Player, stateFolder } from './door.ts'
import { build, type Operation, operations } from './operations.ts'

type Answer = { status: number; text: string; location: string }

/** Sends path and headers as they stand, where `fetch` would put them right first. */
function raw(method: string, path: string, headers: Record<string, string | string[]> = {}) {
  const { hostname, port } = new URL(baseUrl)
  return new Promise<Answer>((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => (text += chunk))
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response
        resolve({ status, text, location: answered.location ?? '' })
      })
    })
    sent.on('error', reject)
    sent.end()
  })
}

let ada: Player
let grace: Player
beforeAll(async () => {
  ada = await newPlayer(100)
  grace = await newPlayer(200)
})

const without = (text: string) => text.replace(/"requestId":"[^"]*"/, '')

/** What a service would believe, if it arrived. */
const forgedCaller = () =>
  JSON.stringify({
    kind: 'secret',
    actorId: grace.id,
    projectId: demo.projectId,
    scopes,
    plan: 'scale',
    requestId: 'forged',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    member: { tenantId: demo.tenantId, role: 'owner' },
  })

const internalHeaders = [
  'coinop-caller',
  'Coinop-Caller',
  'COINOP-CALLER',
  'cOiNoP-cAlLeR',
  'coinop-actor',
  'coinop-kind',
  'coinop-project',
  'coinop-tenant',
  'coinop-member',
  'coinop-role',
  'coinop-scopes',
  'coinop-plan',
  'coinop-session',
  'coinop-admin',
  'coinop-props',
  'x-internal-caller',
  'X-Internal-User',
  'X-INTERNAL-PROJECT',
  'x-internal-scopes',
  'x-internal-admin',
]
/** What proxies in front of other systems are believed about. */
const proxyHeaders = {
  'x-original-url': '/v1/events',
  'x-rewrite-url': '/v1/events',
  'x-http-method-override': 'GET',
  'x-forwarded-host': 'coinop-events',
  'x-forwarded-proto': 'https',
  'x-forwarded-user': 'root',
  forwarded: 'for=127.0.0.1;host=coinop-events',
  'x-real-ip': '127.0.0.1',
  'cf-connecting-ip': '127.0.0.1',
  'cf-worker': 'coinop-gateway',
  'mf-original-url': 'http://coinop-events/v1/events',
  connection: 'x-api-key, authorization',
}

describe('forged requests', () => {
  test('20 internal headers, and what proxies add, change nothing about who is asking', async () => {
    expect(new Set(internalHeaders).size).toBe(20)
    const asAda = { authorization: `Bearer ${ada.token}` }
    const own = await raw('GET', '/v1/balance', asAda)
    expect(own.status).toBe(200)
    const before = await quiet(stateFolder)
    const twice = [forgedCaller(), forgedCaller()]
    const forged: [string, string | string[]][] = [
      ...internalHeaders.map((name): [string, string] => [name, forgedCaller()]),
      ['coinop-caller', twice],
      ...Object.entries(proxyHeaders),
    ]
    for (const [name, value] of forged) {
      const nobody = await raw('GET', '/v1/events', { [name]: value })
      expect(nobody.status, name).toBe(401)
      const player = await raw('GET', '/v1/events', { ...asAda, [name]: value })
      expect(player.status, name).toBe(403)
      const balance = await raw('GET', '/v1/balance', { ...asAda, [name]: value })
      expect(without(balance.text), name).toBe(without(own.text))
    }
    expect(await quiet(stateFolder)).toEqual(before)
  })

  const tricks: [string, (path: string) => string][] = [
    ['two slashes in front', (path) => `/${path}`],
    ['two slashes', (path) => path.replace('/v1/', '/v1//')],
    ['a slash at the end', (path) => `${path}/`],
    ['a dot at the end', (path) => `${path}.`],
    ['a dot as a segment', (path) => path.replace('/v1/', '/v1/./')],
    ['%2e as a segment', (path) => path.replace('/v1/', '/v1/%2e/')],
    ['%2f', (path) => path.replace('/v1/', '/v1%2f')],
    ['%2F', (path) => path.replace('/v1/', '/v1%2F')],
    ['%5c', (path) => path.replace('/v1/', '/v1%5c')],
    ['a backslash', (path) => path.replace('/v1/', '/v1\\')],
    ['a letter encoded', (path) => path.replace('/v1', '/%761')],
    ['encoded twice', (path) => path.replace('/v1', '/%25761')],
    ['capitals', (path) => path.toUpperCase()],
    ['a capital', (path) => path.replace('/v1', '/V1')],
    ['a parameter of the path', (path) => `${path};a=b`],
    ['a parameter of a segment', (path) => path.replace('/v1', '/v1;a=b')],
    ['a null', (path) => `${path}%00`],
    ['a space', (path) => `${path}%20`],
    ['a line break', (path) => `${path}%0d%0a`],
    ['a file type', (path) => `${path}.json`],
    ['a fragment', (path) => `${path}%23`],
    ['behind what Discord signs', (path) => `/v1/discord/..${path.replace('/v1', '')}`],
    ['behind what Discord signs, encoded', (path) => `/v1/discord/..%2f${path.slice(4)}`],
    ['behind the documentation', (path) => `/docs/..${path}`],
    ['behind the documentation, encoded', (path) => `/docs/%2e%2e${path}`],
    ['behind the health page', (path) => `/healthz/..${path}`],
    ['as a whole address', (path) => `http://coinop-auth${path}`],
  ]

  /** Closed to nobody at all and to publishable keys: whoever gets in here got past the door. */
  const isClosed = ({ isOpen, takesCredentials, access }: Operation) =>
    !isOpen && takesCredentials && !access.kinds.includes('publishable')

  test.each(tricks)('a path with %s never opens a protected operation', async (_, trick) => {
    const wrong: object[] = []
    const closed = operations.filter(isClosed)
    expect(closed.length).toBeGreaterThan(40)
    for (const operation of closed) {
      const fill = ({ kind }: { kind: string }) =>
        kind === 'usr' ? ada.id : `${kind}_00000000000000000000000000`
      const { method, path } = build(operation, fill, { mark: 'trick' })
      const [pathname = ''] = path.split('?')
      for (const headers of [{}, { 'x-api-key': demo.publishableKey }]) {
        const { status } = await raw(method, trick(pathname), headers)
        const isRefused = status >= 400 && status < 500
        if (!isRefused) wrong.push({ method, path: trick(pathname), status })
      }
    }
    expect(wrong).toEqual([])
  })

  test('another host changes nothing, and is not repeated in any answer', async () => {
    const hosts = [
      'attacker.example',
      'coinop-auth',
      'coinop-wallet:80',
      'localhost:1',
      '127.0.0.1.',
      '[::1]',
      'gateway',
      'attacker.example/v1/jwks.json?',
    ]
    for (const host of hosts) {
      const closed = await raw('GET', '/v1/events', { host })
      expect(closed.status, host).toBeGreaterThanOrEqual(400)
      expect(closed.status, host).toBeLessThan(500)
      for (const path of ['/', '/healthz', '/v1/events', '/v1/nothing']) {
        const { text, location } = await raw('GET', path, { host })
        expect(`${location} ${text}`, `${host} ${path}`).not.toContain('attacker.example')
        expect(location, host).toMatch(/^(\/docs)?$/)
      }
    }
  })
})
