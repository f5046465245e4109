import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { addressRequestsPerMinute, planNames, plans } from '../workers/billing/src/plans.ts'
import { requestsPerTick } from '../workers/gateway/src/rate-limits.ts'
import { repository } from './workers.ts'

type RateLimit = { name: string; namespace_id: string; simple: { limit: number; period: number } }

test('the rate limit bindings of wrangler.toml are the figures of the plans', () => {
  const toml = parse(readFileSync(join(repository, 'wrangler.toml'), 'utf8'))
  const { ratelimits } = toml as unknown as { ratelimits: RateLimit[] }
  const ticks = (perMinute: number) => ({ limit: perMinute / requestsPerTick, period: 60 })
  const expected = planNames.flatMap((plan) =>
    Object.entries(plans[plan].requestsPerMinute).map(
      ([axis, limit]) => [`RATE_${plan}_${axis}`.toUpperCase(), ticks(limit)] as const,
    ),
  )
  expect(Object.fromEntries(ratelimits.map(({ name, simple }) => [name, simple]))).toEqual({
    RATE_ADDRESS: ticks(addressRequestsPerMinute),
    ...Object.fromEntries(expected),
  })
  const namespaces = ratelimits.map(({ namespace_id: id }) => id)
  expect(new Set(namespaces).size).toBe(namespaces.length)
})
