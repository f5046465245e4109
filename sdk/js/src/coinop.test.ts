import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { retryAfterSeconds } from './error.ts'
import { CoinopError, createCoinop, type Schemas } from './index.ts'

type Seen = { method: string; path: string; headers: IncomingMessage['headers']; body: string }
type Reply = { status: number; json?: object; headers?: Record<string, string>; hangUp?: boolean }

/** What the server answers, request by request; the last one stays. */
let replies: ((seen: Seen) => Reply)[]
let seen: Seen[]
let baseUrl: string
const server = createServer((request, response) => void answer(request, response))

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  const { method = '', url: path = '', headers } = request
  seen.push({ method, path, headers, body })
  const next = replies.length > 1 ? replies.shift() : replies[0]
  const reply = next?.({ method, path, headers, body }) ?? { status: 500 }
  if (reply.hangUp) return void request.socket.destroy()
  const { status, json } = reply
  const media = status < 400 ? 'application/json' : 'application/problem+json'
  response.writeHead(status, { ...(json && { 'content-type': media }), ...reply.headers })
  response.end(json && JSON.stringify(json))
}

beforeEach(async () => {
  replies = [() => ({ status: 200, json: { walletId: 'usr_1', balances: [] } })]
  seen = []
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})

const problem = (status: number, code: string, more: object = {}) => ({
  status,
  json: { type: `/docs/errors#${code}`, title: 'Title.', status, code, requestId: 'req', ...more },
})
const deposit = { currency: 'COIN', amount: 5, reason: 'test' }
const params = { path: { walletId: 'usr_1' } }

describe('a call', () => {
  test('is typed by the contract: the body that is sent and the answer that comes', async () => {
    const coinop = createCoinop({ baseUrl, apiKey: 'coinop_test_x' })
    const { data, response } = await coinop.GET('/v1/balance', {
      params: { query: { userId: 'usr_1' } },
    })
    expectTypeOf(data).toEqualTypeOf<Schemas['WalletBalance']>()
    expect(data).toEqual({ walletId: 'usr_1', balances: [] })
    expect(response.status).toBe(200)
    expect(seen[0]).toMatchObject({ method: 'GET', path: '/v1/balance?userId=usr_1' })
    expect(seen[0]?.headers).toMatchObject({ 'x-api-key': 'coinop_test_x' })
    // @ts-expect-error a transfer needs a body
    const incomplete = () => coinop.POST('/v1/transfer', {})
    // @ts-expect-error there is no such operation
    const unknown = () => coinop.GET('/v1/nothing')
    expect([incomplete, unknown]).toHaveLength(2)
  })

  test('shows a key and a token together, and neither when it has none', async () => {
    await createCoinop({ baseUrl, apiKey: 'key', accessToken: 'token' }).GET('/v1/me')
    await createCoinop({ baseUrl }).GET('/v1/jwks.json')
    expect(seen[0]?.headers).toMatchObject({ 'x-api-key': 'key', authorization: 'Bearer token' })
    expect(seen[1]?.headers).not.toHaveProperty('authorization')
    expect(seen[1]?.headers).not.toHaveProperty('x-api-key')
  })
})

describe('Idempotency-Key', () => {
  test('is made for every write, new for each call, and for no read', async () => {
    const coinop = createCoinop({ baseUrl })
    for (const amount of [1, 2])
      await coinop.POST('/v1/wallets/{walletId}/deposit', { params, body: { ...deposit, amount } })
    await coinop.GET('/v1/balance')
    const keys = seen.map(({ headers }) => headers['idempotency-key'])
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/)
    expect(keys[1]).not.toBe(keys[0])
    expect(keys[2]).toBeUndefined()
  })

  test('stays the same, with the same body, over every retry', async () => {
    const busy = () => problem(503, 'unavailable')
    replies = [busy, () => ({ status: 0, hangUp: true }), () => ({ status: 201, json: {} })]
    const coinop = createCoinop({ baseUrl })
    await coinop.POST('/v1/wallets/{walletId}/deposit', { params, body: deposit })
    expect(seen).toHaveLength(3)
    expect(new Set(seen.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
    expect(seen.map(({ body }) => JSON.parse(body) as object)).toEqual([deposit, deposit, deposit])
  })

  test('of the caller is kept', async () => {
    const header = { 'Idempotency-Key': 'order-1' }
    const request = { params: { ...params, header }, body: deposit }
    await createCoinop({ baseUrl }).POST('/v1/wallets/{walletId}/deposit', request)
    expect(seen[0]?.headers['idempotency-key']).toBe('order-1')
  })
})

describe('retries', () => {
  test('wait as long as Retry-After asks', async () => {
    const limited = { ...problem(429, 'rate_limited'), headers: { 'retry-after': '1' } }
    replies = [() => limited, () => ({ status: 200, json: {} })]
    const startedAt = performance.now()
    await createCoinop({ baseUrl }).GET('/v1/balance')
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(990)
  })

  test('do not wait for longer than allowed: the refusal comes at once', async () => {
    replies = [() => ({ ...problem(429, 'rate_limited'), headers: { 'retry-after': '86400' } })]
    const refused = createCoinop({ baseUrl }).GET('/v1/balance')
    await expect(refused).rejects.toMatchObject({ status: 429, retryAfterSeconds: 86_400 })
    expect(seen).toHaveLength(1)
  })

  test('end: the last refusal is thrown, and so is a network error', async () => {
    replies = [() => problem(503, 'unavailable')]
    const coinop = createCoinop({ baseUrl, retriesMax: 2 })
    await expect(coinop.GET('/v1/balance')).rejects.toMatchObject({ code: 'unavailable' })
    expect(seen).toHaveLength(3)
    replies = [() => ({ status: 0, hangUp: true })]
    await expect(coinop.GET('/v1/balance')).rejects.toThrow(TypeError)
    expect(seen).toHaveLength(6)
  })

  test('are not made for a refusal that would come again', async () => {
    for (const status of [400, 401, 403, 404, 409, 500]) {
      seen = []
      replies = [() => problem(status, 'any')]
      await expect(createCoinop({ baseUrl }).GET('/v1/balance')).rejects.toMatchObject({ status })
      expect(seen).toHaveLength(1)
    }
  })

  test('stop when the caller aborts', async () => {
    replies = [() => ({ ...problem(503, 'unavailable'), headers: { 'retry-after': '20' } })]
    const stopping = new AbortController()
    const call = createCoinop({ baseUrl }).GET('/v1/balance', { signal: stopping.signal })
    setTimeout(() => stopping.abort(new Error('enough')), 50)
    await expect(call).rejects.toThrow('enough')
    expect(seen).toHaveLength(1)
  })

  test('read Retry-After as seconds or as a date', () => {
    const at = (text: string) =>
      retryAfterSeconds(new Headers({ 'retry-after': text }), new Date('2026-11-21T10:00:00Z'))
    expect(at('7')).toBe(7)
    expect(at('Sat, 21 Nov 2026 10:00:30 GMT')).toBe(30)
    expect(at('soon')).toBeUndefined()
    expect(retryAfterSeconds(new Headers())).toBeUndefined()
  })
})

describe('a refusal', () => {
  test('is a CoinopError with everything the problem says', async () => {
    const errors = [{ pointer: '/body/amount', message: 'Too small.' }]
    replies = [
      () => problem(400, 'invalid_request', { detail: 'Detail.', fix: 'Correct it.', errors }),
    ]
    const error: unknown = await createCoinop({ baseUrl })
      .GET('/v1/balance')
      .catch((e: unknown) => e)
    expect(error).toBeInstanceOf(CoinopError)
    expect(error).toMatchObject({
      message: 'invalid_request: Detail.',
      status: 400,
      code: 'invalid_request',
      fix: 'Correct it.',
      requestId: 'req',
      errors,
    })
  })

  test('is one too when something else than the system answers', async () => {
    replies = [() => ({ status: 502, headers: { 'content-type': 'text/html' } })]
    const refused = createCoinop({ baseUrl }).GET('/v1/balance')
    await expect(refused).rejects.toMatchObject({ status: 502, code: 'unexpected_answer' })
  })
})

describe('an expired access token', () => {
  const renewed = { accessToken: 'new', refreshToken: 'next', tokenType: 'Bearer', expiresIn: 600 }
  const byToken = ({ path, headers }: Seen): Reply => {
    if (path === '/v1/refresh') return { status: 200, json: renewed }
    if (headers.authorization === 'Bearer new') return { status: 200, json: {} }
    return problem(401, 'unauthenticated')
  }

  test('is renewed once for ten calls at once, which all succeed with their own keys', async () => {
    replies = [byToken]
    const heard: object[] = []
    const onTokens = (tokens: object) => void heard.push(tokens)
    const coinop = createCoinop({ baseUrl, accessToken: 'old', refreshToken: 'first', onTokens })
    const calls = Array.from({ length: 10 }, () =>
      coinop.POST('/v1/wallets/{walletId}/deposit', { params, body: deposit }),
    )
    await Promise.all(calls)
    const exchanges = seen.filter(({ path }) => path === '/v1/refresh')
    expect(exchanges.map(({ body }) => body)).toEqual(['{"refreshToken":"first"}'])
    expect(exchanges[0]?.headers).not.toHaveProperty('authorization')
    expect(heard).toEqual([{ accessToken: 'new', refreshToken: 'next' }])
    const keys = seen
      .filter(({ path }) => path !== '/v1/refresh')
      .map(({ headers }) => headers['idempotency-key'])
    expect(new Set(keys).size).toBe(10)
  })

  test('stays a refusal without a refresh token', async () => {
    replies = [byToken]
    const refused = createCoinop({ baseUrl, accessToken: 'old' }).GET('/v1/me')
    await expect(refused).rejects.toMatchObject({ code: 'unauthenticated' })
    expect(seen).toHaveLength(1)
  })

  test('is not tried again and again: an ended session is the refusal of the refresh', async () => {
    replies = [
      ({ path }) =>
        problem(401, path === '/v1/refresh' ? 'invalid_refresh_token' : 'unauthenticated'),
    ]
    const refused = createCoinop({ baseUrl, accessToken: 'old', refreshToken: 'dead' }).GET(
      '/v1/me',
    )
    await expect(refused).rejects.toMatchObject({ code: 'invalid_refresh_token' })
    expect(seen.map(({ path }) => path)).toEqual(['/v1/me', '/v1/refresh'])
  })
})
