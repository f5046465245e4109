import { runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { anonymous, call } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { describe, expect, test, vi } from 'vitest'
import type { MeterObject } from './meter-object.ts'
import { dailyUsageList } from './routes/daily-usage.list.ts'
import { usageGet } from './routes/usage.get.ts'

const { METERS } = env as unknown as BillingEnv
const lease = { class: 'write', plan: 'free', needed: 3, spare: 0 } as const

describe('Coinop-Cost: 1', () => {
  test('the usage of a month counts what its meter reads', async () => {
    const projectId = newId('prj')
    const usage = () => callCounting(usageGet, { caller: { projectId } })
    const meter = METERS.getByName(projectId)
    await meter.lease(projectId, { id: 'one', ...lease })
    // The same question, under a counter of its own.
    const rows = await runInDurableObject(meter, (object: MeterObject, { storage }) => {
      const cursors: Pick<SqlStorageCursor<never>, 'rowsRead'>[] = []
      const prototype = Object.getPrototypeOf(storage.sql) as SqlStorage
      const spy = vi.spyOn(prototype, 'exec')
      object.used()
      for (const { value } of spy.mock.results) cursors.push(value)
      spy.mockRestore()
      return cursors.reduce((sum, { rowsRead }) => sum + rowsRead, 0)
    })
    expect(rows).toBeGreaterThan(0)
    expect(await usage()).toMatchObject({ status: 200, read: rows, written: 0 })
  })

  test('the usage of days counts what the database reads', async () => {
    const { status, read, written } = await callCounting(dailyUsageList, {})
    expect([status, written]).toEqual([200, 0])
    expect(read).toBeGreaterThanOrEqual(0)
  })

  test('a refusal tells it as well; nothing is told to who does not ask', async () => {
    const refused = await callCounting(usageGet, { caller: anonymous() })
    expect(refused).toMatchObject({ status: 401, read: 0, written: 0 })
    expect(tellsNoCost((await call(usageGet)).headers)).toBe(true)
  })
})
