import { plans } from '@coinop/billing/plans'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { limits } from './middleware/rate-limit.ts'
import { rateHeaders, RateLimits, subjectsMax, ticksPerMinute } from './rate-limits.ts'
import { bindings, fetchGateway, newKey, newProject } from './test-project.ts'

// Ten seconds into a minute: no test meets the end of a window that it does not ask for.
const start = Date.UTC(2026, 10, 22, 12, 0, 10)
let at = start
beforeEach(() => {
  at = start
  vi.spyOn(Date, 'now').mockImplementation(() => at)
})
afterEach(() => void vi.restoreAllMocks())

const counter = (success = true) => ({ limit: vi.fn(async (_: { key: string }) => ({ success })) })
const subject = (limit: number) => ({ axis: 'key', id: 'k', limit })

describe('RateLimits', () => {
  test('allows the limit and not one more, until the clock begins the next minute', () => {
    const limits = new RateLimits()
    const count = () => limits.count(subject(3), counter())
    expect([count(), count(), count(), count()].map(({ allowed }) => allowed)).toEqual([
      true,
      true,
      true,
      false,
    ])
    expect(count().state).toEqual({ axis: 'key', limit: 3, remaining: 0, resetsInSeconds: 50 })
    at += 50_000
    expect(count()).toMatchObject({ allowed: true, state: { remaining: 2, resetsInSeconds: 60 } })
  })

  test('tells the shared counter at each thirtieth of a limit, and stops when that one has had enough', async () => {
    const limits = new RateLimits()
    const shared = counter(false)
    const count = (id = 'k') => limits.count({ ...subject(ticksPerMinute * 20), id }, shared)
    for (let asked = 1; asked < 20; asked += 1) count()
    expect(shared.limit).not.toHaveBeenCalled()
    await count().told
    expect(shared.limit).toHaveBeenCalledExactlyOnceWith({ key: 'key:k' })
    expect(count().allowed).toBe(false)
    expect(count('other').allowed).toBe(true)
    at += 50_000
    expect(count().allowed).toBe(true)
  })

  test('a flood of subjects that ask once frees nobody who is stopped', () => {
    const limits = new RateLimits()
    const count = () => limits.count(subject(3), counter())
    for (let asked = 0; asked < 4; asked += 1) count()
    for (let other = 0; other < 3 * subjectsMax; other += 1) {
      limits.count({ ...subject(3), id: `other-${other}` }, counter())
    }
    expect(count()).toMatchObject({ allowed: false, state: { remaining: 0 } })
  })

  test('is told in the two headers of the draft', () => {
    const states = [
      { axis: 'address', limit: 100, remaining: 90, resetsInSeconds: 12 },
      { axis: 'key', limit: 50, remaining: 0, resetsInSeconds: 12 },
    ]
    expect(rateHeaders(states)).toEqual({
      'ratelimit-policy': '"address";q=100;w=60, "key";q=50;w=60',
      ratelimit: '"address";r=90;t=12, "key";r=0;t=12',
    })
  })
})

describe('through the public door', () => {
  test('429 rate_limited with Retry-After for the key that asks too often; another key goes on', async () => {
    const projectId = await newProject()
    const [busy, quiet] = [await newKey(projectId), await newKey(projectId)]
    const ask = (key: string) => fetchGateway('/v1/currencies', { headers: { 'x-api-key': key } })
    const { key: limit } = plans.free.requestsPerMinute
    const first = await ask(busy)
    expect(first.headers.get('ratelimit')).toContain(`"key";r=${limit - 1};t=50`)
    const { keyId } = (await bindings.AUTH_LOOKUPS.findKey(busy))!
    const same = { axis: 'key', id: keyId, limit }
    for (let count = 1; count < limit; count += 1) limits.count(same, counter())
    const refused = await ask(busy)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('50')
    expect(refused.headers.get('ratelimit')).toContain('"key";r=0;t=50')
    expect(await refused.json()).toMatchObject({ code: 'rate_limited' })
    expect((await ask(quiet)).status).toBe(200)
  })

  test('every answer under /v1 has both headers: refused, unknown, anonymous', async () => {
    for (const path of ['/v1/currencies', '/v1/nothing', '/v1/jwks.json']) {
      const { headers } = await fetchGateway(path)
      expect(headers.get('ratelimit-policy')).toContain('"address";q=')
      expect(headers.get('ratelimit')).toContain('"address";r=')
    }
    expect((await fetchGateway('/healthz')).headers.has('ratelimit')).toBe(false)
  })
})
