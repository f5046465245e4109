import { beforeAll, describe, expect, test } from 'vitest'
import { fetchGateway, newKey, newProject, problemOf } from './test-project.ts'

let headers: Record<string, string> = {}
beforeAll(async () => {
  headers = { 'x-api-key': await newKey(await newProject()) }
})

describe('what the gateway answers itself', () => {
  test('400 invalid_request for a parameter that is not in the contract, and for a broken Idempotency-Key', async () => {
    expect(await problemOf('/v1/credential?typo=1', { headers })).toMatchObject({
      status: 400,
      code: 'invalid_request',
      errors: [{ pointer: '/query/typo', message: 'Unknown field.' }],
    })
    const spaced = { ...headers, 'idempotency-key': 'two words' }
    expect(await problemOf('/v1/credential', { headers: spaced })).toMatchObject({
      status: 400,
      errors: [{ pointer: '/header/idempotency-key' }],
    })
    expect((await fetchGateway('/healthz?anything=1')).status).toBe(200)
  })

  test('HEAD is answered like GET, without a body', async () => {
    for (const path of ['/v1/credential', '/healthz', '/docs', '/openapi.json', '/v1/nothing']) {
      const [get, head] = [
        await fetchGateway(path, { headers }),
        await fetchGateway(path, { method: 'HEAD', headers }),
      ]
      expect([head.status, await head.text()], path).toEqual([get.status, ''])
      expect(head.headers.get('content-type'), path).toBe(get.headers.get('content-type'))
    }
  })

  test('405 with Allow outside /v1; under /v1 the same 404 as for a path that nobody answers', async () => {
    for (const path of ['/healthz', '/metrics', '/docs', '/openapi.json']) {
      const answer = await fetchGateway(path, { method: 'DELETE' })
      expect([answer.status, answer.headers.get('allow')], path).toEqual([405, 'GET'])
    }
    for (const path of ['/v1/credential', '/v1/nothing', '/', '/docs/page.css']) {
      const init = { method: 'DELETE', headers }
      expect(await problemOf(path, init), path).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  test('a page has the headers of a page, everything else those of data, and nothing outside /v1 a limit', async () => {
    const page = await fetchGateway('/docs')
    expect(Object.fromEntries(page.headers)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
    expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(page.headers.has('ratelimit')).toBe(false)
    const health = await fetchGateway('/healthz')
    expect(health.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(health.headers.has('ratelimit')).toBe(false)
  })
})
