import { beforeAll, describe, expect, test } from 'vitest'
import { fetchGateway, newKey, newProject, problemOf } from './test-project.ts'

let headers: Record<string, string> = {}
beforeAll(async () => {
  headers = { 'x-api-key': await newKey(await newProject()) }
})

const post = (body: BodyInit, type = 'application/json') =>
  problemOf('/v1/currencies', {
    method: 'POST',
    headers: { ...headers, 'content-type': type },
    body,
  })

describe('paths', () => {
  test.each([
    '//v1/currencies',
    '/v1//currencies',
    '/v1/currencies/',
    '/v1/currencies.',
    '/v1/currencies;a=b',
    '/v1/%63urrencies',
    '/v1%2fcurrencies',
    '/v1/currencies%00',
    '/v1/x/..%2fcurrencies',
    '/V1/currencies',
    '/v1/Currencies',
    '/v1/nothing',
    '/v1/__proto__',
    '/v1/constructor',
    '/v1',
    '/nothing',
  ])('404 for %s', async (path) => {
    expect(await problemOf(path, { headers })).toMatchObject({ status: 404, code: 'not_found' })
  })

  test('405 with Allow for a method that a path does not answer', async () => {
    const response = await fetchGateway('/v1/currencies', { method: 'DELETE', headers })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'POST'])
    const own = await fetchGateway('/healthz', { method: 'POST', headers })
    expect(own.status).toBe(405)
  })
})

describe('bodies', () => {
  test('256 KiB and 32,000 keys where many items are sent at once, and no more', async () => {
    const send = async (body: string) => {
      const typed = { ...headers, 'content-type': 'application/json' }
      const request = { method: 'POST', headers: typed, body }
      return (await problemOf('/v1/items/import', request)).code
    }
    const table = (size: number) => JSON.stringify({ csv: `sku,colour\n${'x'.repeat(size)}` })
    const members = (count: number) => `{"items":[{${'"a":1,'.repeat(count)}"b":1}]}`
    // The key lacks the scope, which is asked of after the body.
    expect(await send(table(200_000))).toBe('forbidden')
    expect(await send(table(262_144))).toBe('payload_too_large')
    expect(await send(members(31_000))).toBe('forbidden')
    expect(await send(members(32_001))).toBe('malformed_json')
  })

  test('413 for 1 MB, with its length and without', async () => {
    const large = JSON.stringify({ code: 'x'.repeat(1_048_576) })
    expect(await post(large)).toMatchObject({ status: 413, code: 'payload_too_large' })
    const stream = new Response(large).body!
    expect(await post(stream)).toMatchObject({ status: 413, code: 'payload_too_large' })
  })

  const padded = (path: string, bytes: number, stream = false) => {
    const text = JSON.stringify({ pad: '' })
    const body = JSON.stringify({ pad: 'x'.repeat(bytes - text.length) })
    return problemOf(path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: stream ? new Response(body).body! : body,
    })
  }

  test.each([
    ['/v1/currencies', 64],
    ['/v1/batch', 256],
    ['/v1/wallets/usr_01k9x6c3v5t8r2m4n7p0q1s2w3/batch', 256],
    ['/v1/wallets/usr_01k9x6c3v5t8r2m4n7p0q1s2w3/deposit', 64],
    ['/v1/nothing/batch', 64],
  ])(
    '%s takes %d KiB and not a byte more, with its length and without',
    async (path, kibibytes) => {
      for (const stream of [false, true]) {
        const most = await padded(path, kibibytes * 1_024, stream)
        expect(most.status).toBe(path.includes('nothing') ? 404 : 400)
        expect(await padded(path, kibibytes * 1_024 + 1, stream)).toMatchObject({
          status: 413,
          code: 'payload_too_large',
        })
      }
    },
  )

  test('a batch goes 32 levels deep and no deeper, too', async () => {
    const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
    const send = (body: string) =>
      problemOf('/v1/batch', {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', 'idempotency-key': 'k' },
        body,
      })
    expect(await send(nested(32))).toMatchObject({ status: 400, code: 'invalid_request' })
    expect(await send(nested(33))).toMatchObject({ status: 400, code: 'malformed_json' })
  })

  test('400 malformed_json for 33 levels, for 1,001 keys and for half a body', async () => {
    const deep = `${'['.repeat(33)}${']'.repeat(33)}`
    const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 1_001 }, (_, i) => [i, 0])))
    for (const body of [deep, wide, '{"code":', '{', 'nonsense', '']) {
      expect(await post(body), body.slice(0, 20)).toMatchObject({ status: 400 })
    }
  })

  test('brackets inside strings do not count', async () => {
    const name = `"${'{['.repeat(100)}\\"`
    const body = JSON.stringify({ code: 'GEM', name, decimals: 0, transferable: true })
    expect(await post(body)).toMatchObject({ status: 400, code: 'invalid_request' })
  })

  test('a hostile string of quotes is counted in one pass, and keeps nobody waiting', async () => {
    const hostile = `"${'\\"'.repeat(32_000)}`
    const startedAt = performance.now()
    expect(await post(hostile)).toMatchObject({ status: 400 })
    // It took 2,800 ms when the time grew with the square of the length.
    expect(performance.now() - startedAt).toBeLessThan(1_000)
  })

  test('415 unsupported_media_type for a form', async () => {
    expect(await post('code=GEM', 'application/x-www-form-urlencoded')).toMatchObject({
      status: 415,
    })
  })
})

describe('queries', () => {
  test('400 invalid_request for a parameter that no operation knows', async () => {
    expect(await problemOf('/v1/currencies?typo=1', { headers })).toMatchObject({
      status: 400,
      code: 'invalid_request',
    })
  })
})

describe('answers', () => {
  test('carry the request id and the trace that were sent, or new ones', async () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    const sent = await fetchGateway('/v1/currencies', {
      headers: { ...headers, 'x-request-id': 'request-1', traceparent },
    })
    expect(sent.headers.get('x-request-id')).toBe('request-1')
    expect(sent.headers.get('traceparent')).toMatch(/^00-4bf92f3577b34da6a3ce929d0e0e4736-/)
    const made = await fetchGateway('/v1/currencies', {
      headers: { ...headers, 'x-request-id': 'no spaces please', traceparent: 'nonsense' },
    })
    expect(made.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(made.headers.get('traceparent')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
  })

  test('a problem repeats the request id that the client sent', async () => {
    const sent = { ...headers, 'x-request-id': 'request-2' }
    expect(await problemOf('/v1/orders/nonsense', { headers: sent })).toMatchObject({
      requestId: 'request-2',
    })
  })

  test('say what they cost when asked, and a client still names no caller', async () => {
    const caller = JSON.stringify({ kind: 'system', projectId: 'prj_x' })
    const sent = { ...headers, 'coinop-cost': '1', 'coinop-caller': caller }
    const answer = await fetchGateway('/v1/currencies', { headers: sent })
    expect(answer.status).toBe(200)
    expect(Number(answer.headers.get('coinop-rows-read'))).toBeGreaterThanOrEqual(0)
    expect(answer.headers.get('coinop-rows-written')).toBe('0')
    for (const path of ['/v1/items', '/v1/games', '/v1/leaderboards', '/v1/usage', '/v1/events']) {
      const { status, headers: told } = await fetchGateway(path, { headers: sent })
      expect([path, status < 500, told.get('coinop-rows-written')]).toEqual([path, true, '0'])
    }
    // What the gateway says itself was not asked of anybody.
    for (const path of ['/healthz', '/v1/nothing']) {
      const answer = await fetchGateway(path, { headers: sent })
      expect(answer.headers.has('coinop-rows-read')).toBe(false)
    }
    const unasked = await fetchGateway('/v1/currencies', { headers })
    expect(unasked.headers.has('coinop-rows-read')).toBe(false)
  })

  test('are never cached, never sniffed, never framed', async () => {
    const response = await fetchGateway('/v1/currencies', { headers })
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    })
  })
})
