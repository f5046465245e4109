import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { writeDays } from '../daily-usage.ts'
import { dayOf } from '../periods.ts'
import { dailyUsageList } from './daily-usage.list.ts'

const { BILLING_DB } = env as unknown as BillingEnv
const daysAgo = (count: number) => dayOf(now() - count * 86_400_000)

describe('daily-usage.list', () => {
  test('200 newest first, of this project, as far back as asked', async () => {
    const projectId = newId('prj')
    const other = { day: daysAgo(0), class: 'read', operations: 99 } as const
    await writeDays(BILLING_DB, newId('prj'), [other])
    await writeDays(BILLING_DB, projectId, [
      { day: daysAgo(40), class: 'read', operations: 1 },
      { day: daysAgo(2), class: 'read', operations: 2 },
      { day: daysAgo(0), class: 'read', operations: 3 },
      { day: daysAgo(0), class: 'money', operations: 4 },
    ])
    const { body } = await call(dailyUsageList, { caller: { projectId } })
    expect(body.data).toEqual([
      { day: daysAgo(0), operations: { read: 3, write: 0, money: 4 } },
      { day: daysAgo(2), operations: { read: 2, write: 0, money: 0 } },
    ])
    const wide = await call(dailyUsageList, { caller: { projectId }, query: { days: '60' } })
    expect(wide.body.data).toHaveLength(3)
  })

  test.each([{ days: '0' }, { days: '93' }, { days: 'x' }, { since: '1' }])(
    '400 invalid_request for %j',
    async (query) => {
      expect(await call(dailyUsageList, { query })).toMatchObject({ status: 400 })
    },
  )

  test('401 and 403: only a secret key with billing:read', async () => {
    expect(await call(dailyUsageList, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await call(dailyUsageList, { caller })).toMatchObject({ status: 403 })
    }
  })
})
