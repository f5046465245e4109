import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { countedAxes, planNames, plans } from '../plans.ts'
import { billingGet } from './billing.get.ts'

describe('billing.get', () => {
  test.each(['free', 'pro', 'scale'])('200 with the limits of %s', async (plan) => {
    const { status, body } = await call(billingGet, { caller: { plan } })
    expect({ status, plan: body.plan }).toEqual({ status: 200, plan })
    expect(body.limits.operationsPerMonth.read).toBeGreaterThan(0)
  })

  test.each(planNames)('200 with every count that %s limits', async (plan) => {
    const { body } = await call(billingGet, { caller: { plan } })
    expect(body.limits).toMatchObject(plans[plan].countsMax)
    expect(body.limits.retentionDays).toBe(plans[plan].retentionDays)
    expect(Object.keys(plans[plan].countsMax)).toEqual([...countedAxes])
  })

  test('200 as free for a plan that is not in the table', async () => {
    const { body } = await call(billingGet, { caller: { plan: 'galactic' } })
    expect(body.plan).toBe('free')
  })

  test('401 and 403: only a secret key with billing:read', async () => {
    expect(await call(billingGet, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await call(billingGet, { caller })).toMatchObject({ status: 403 })
    }
  })
})
