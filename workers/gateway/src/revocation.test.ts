import { beforeAll, describe, expect, test, vi } from 'vitest'
import { openRememberedMilliseconds, sessionIsOpen } from './session-cache.ts'
import { bindings, fetchGateway, newKey, newProject } from './test-project.ts'

type Tokens = { user: { id: string }; accessToken: string; refreshToken: string }
type Asked = { token?: string; json?: object; key?: string; idempotencyKey?: string }

let publishable = ''
let secret = ''
beforeAll(async () => {
  const project = await newProject()
  publishable = await newKey(project, 'publishable', [])
  secret = await newKey(project, 'secret', ['users:read', 'users:write'])
})

const ask = (method: string, path: string, { token, json, key, idempotencyKey }: Asked = {}) =>
  fetchGateway(path, {
    method,
    headers: {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(key && { 'x-api-key': key }),
      ...(json && { 'content-type': 'application/json' }),
      ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
    },
    ...(json && { body: JSON.stringify(json) }),
  })

async function newPlayer() {
  const email = `${crypto.randomUUID()}@example.com`
  const account = { email, password: 'correct horse battery staple' }
  const answer = await ask('POST', '/v1/signup', { key: publishable, json: account })
  return { ...account, ...(await answer.json<Tokens>()) }
}

const refresh = (refreshToken: string) => ask('POST', '/v1/refresh', { json: { refreshToken } })
const me = (token: string) => ask('GET', '/v1/me', { token })
const nobody = 'usr_00000000000000000000000000'
const money: [string, object][] = [
  ['/v1/transfer', { to: nobody, currency: 'GEM', amount: 1 }],
  ['/v1/purchase', { itemId: 'itm_00000000000000000000000000' }],
  ['/v1/games/coinflip/play', { bet: 1, currency: 'GEM', side: 'heads' }],
]

/** Each is refused for what it asks, not for who asks, while the session is open. */
const moneyStatuses = async (token: string) => {
  const statuses: number[] = []
  for (const [path, json] of money) {
    const idempotencyKey = crypto.randomUUID()
    statuses.push((await ask('POST', path, { token, json, idempotencyKey })).status)
  }
  return statuses
}

async function later<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ now: Date.now() + milliseconds, toFake: ['Date'] })
  try {
    return await work()
  } finally {
    vi.useRealTimers()
  }
}

type Player = Awaited<ReturnType<typeof newPlayer>>
const ends: [string, (player: Player) => Promise<Response>][] = [
  ['logout', ({ refreshToken }) => ask('POST', '/v1/logout', { json: { refreshToken } })],
  ['logout everywhere', ({ accessToken }) => everywhere(accessToken)],
  [
    'a password change in another session',
    async ({ email, password }) => {
      const login = await ask('POST', '/v1/login', { key: publishable, json: { email, password } })
      const { accessToken } = await login.json<Tokens>()
      const json = { currentPassword: password, newPassword: 'another horse, another battery' }
      return ask('POST', '/v1/me/password', { token: accessToken, json })
    },
  ],
  ['deactivation', ({ user }) => ask('POST', `/v1/users/${user.id}/deactivate`, { key: secret })],
  ['erasure', ({ accessToken }) => ask('DELETE', '/v1/me', { token: accessToken })],
]
const everywhere = (token: string) => ask('POST', '/v1/logout/everywhere', { token })

describe('an access token', () => {
  test.each(ends)(
    'after %s: 401 at once where money moves, refresh dead at once',
    async (_, end) => {
      const player = await newPlayer()
      expect(await moneyStatuses(player.accessToken)).not.toContain(401)
      expect((await end(player)).ok).toBe(true)
      expect(await moneyStatuses(player.accessToken)).toEqual([401, 401, 401])
      expect((await refresh(player.refreshToken)).status).toBe(401)
    },
  )

  test.each(ends)('after %s: 401 everywhere within 60 s', async (_, end) => {
    const player = await newPlayer()
    expect((await me(player.accessToken)).status).toBe(200)
    expect((await end(player)).ok).toBe(true)
    expect(openRememberedMilliseconds).toBeLessThan(60_000)
    await later(openRememberedMilliseconds + 1, async () => {
      expect((await me(player.accessToken)).status).toBe(401)
    })
  })

  test('is remembered between, so an ordinary read asks nobody for 30 s', async () => {
    const asked = vi.fn(() => Promise.resolve(true))
    const lookups = { sessionIsOpen: asked } as unknown as GatewayEnv['AUTH_LOOKUPS']
    const session = { projectId: 'prj_x', sessionId: 'ses_remembered' }
    for (let count = 0; count < 10; count++) await sessionIsOpen(lookups, session, true)
    expect(asked).toHaveBeenCalledTimes(1)
    await sessionIsOpen(lookups, session, false)
    expect(asked).toHaveBeenCalledTimes(2)
    await later(openRememberedMilliseconds + 1, () => sessionIsOpen(lookups, session, true))
    expect(asked).toHaveBeenCalledTimes(3)
  })

  test('of an ended session asks nobody any more', async () => {
    const asked = vi.fn(() => Promise.resolve(false))
    const lookups = { sessionIsOpen: asked } as unknown as GatewayEnv['AUTH_LOOKUPS']
    const session = { projectId: 'prj_x', sessionId: 'ses_ended' }
    for (const fromMemory of [true, false, true]) {
      expect(await sessionIsOpen(lookups, session, fromMemory)).toBe(false)
    }
    expect(asked).toHaveBeenCalledTimes(1)
  })

  test('of a session that is unknown is refused', async () => {
    const session = { projectId: 'prj_x', sessionId: 'ses_unknown' }
    expect(await sessionIsOpen(bindings.AUTH_LOOKUPS, session, true)).toBe(false)
  })

  test('says which session it belongs to, and the gateway passes that on', async () => {
    const { accessToken } = await newPlayer()
    const answer = await ask('GET', '/v1/sessions', { token: accessToken })
    const { data } = await answer.json<{ data: { isCurrent: boolean }[] }>()
    expect(data.map(({ isCurrent }) => isCurrent)).toEqual([true])
  })
})
