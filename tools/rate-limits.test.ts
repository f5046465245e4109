import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'smol-toml'
import { expect, test } from 'vitest'
import { addressRequestsPerMinute, plans } from '../workers/billing/src/plans.ts'
import { ticksPerMinute } from '../workers/gateway/src/rate-limits.ts'
import { repository } from './workers.ts'

test('the rate limit binding of wrangler.toml allows the ticks that the gateway counts by', () => {
  const { ratelimits } = parse(readFileSync(join(repository, 'wrangler.toml'), 'utf8'))
  const simple = { limit: ticksPerMinute, period: 60 }
  expect(ratelimits).toEqual([{ name: 'RATE_TICKS', namespace_id: '1001', simple }])
})

test('every limit is a whole number of requests a tick', () => {
  const perMinute = Object.values(plans).flatMap((plan) => Object.values(plan.requestsPerMinute))
  for (const limit of [...perMinute, addressRequestsPerMinute])
    expect(limit % ticksPerMinute).toBe(0)
})
