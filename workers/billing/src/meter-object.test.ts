import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { grantOf, type LeaseRequest, spareMax } from './leases.ts'
import { monthBounds } from './periods.ts'
import { plans } from './plans.ts'
import { dailyUsageList } from './routes/daily-usage.list.ts'
import type { BillingMeters } from './rpc.ts'

const { BillingMeters: meters } = exports as unknown as {
  BillingMeters: Service<typeof BillingMeters>
}
const { METERS } = env as unknown as BillingEnv
const limit = plans.free.operationsPerMonth.money

const request = (more: Partial<LeaseRequest> = {}): LeaseRequest => ({
  id: crypto.randomUUID(),
  class: 'money',
  plan: 'free',
  needed: 1,
  spare: 0,
  ...more,
})
const newCaller = () => systemCaller(newId('prj'))
const usedBy = async (projectId: string) => (await METERS.getByName(projectId).used()).money

/** Takes operations until just so many are left. */
async function leave(caller: { projectId: string }, left: number): Promise<void> {
  const object = METERS.getByName(caller.projectId)
  for (let rest = limit - left; rest > 0; rest -= 10_000) {
    await object.lease(caller.projectId, request({ needed: Math.min(rest, 10_000) }))
  }
}

describe('BillingMeters.lease', () => {
  test('hands out what is needed, and something on stock', async () => {
    const caller = newCaller()
    const answer = await meters.lease(caller, request({ needed: 3, spare: 8 }))
    expect(answer).toMatchObject({ granted: 11, limit, current: 11 })
    expect(answer.resetsAt).toBe(monthBounds(answer.expiresAt - 1).endsAt)
  })

  test('the same id is the same lease, however often and however late', async () => {
    const caller = newCaller()
    const again = request({ needed: 5 })
    const answers = await Promise.all([1, 2, 3].map(() => meters.lease(caller, again)))
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    await meters.giveBack(caller, again.id, 5)
    expect(await meters.lease(caller, again)).toEqual(answers[0])
    expect(await usedBy(caller.projectId)).toBe(0)
  })

  test('never more than the quota: 200 at once for the last 50', async () => {
    const caller = newCaller()
    await leave(caller, 50)
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => meters.lease(caller, request({ spare: 500 }))),
    )
    expect(answers.filter(({ granted }) => granted === 1)).toHaveLength(50)
    expect(answers.filter(({ granted }) => granted === 0)).toHaveLength(150)
    expect(await usedBy(caller.projectId)).toBe(limit)
  })

  test('one class and one project leave the others alone', async () => {
    const caller = newCaller()
    await leave(caller, 0)
    expect(await meters.lease(caller, request())).toMatchObject({ granted: 0, current: limit })
    expect(await meters.lease(caller, request({ class: 'read' }))).toMatchObject({ granted: 1 })
    expect(await meters.lease(newCaller(), request())).toMatchObject({ granted: 1 })
  })

  test('a larger plan goes on where the smaller one ended', async () => {
    const caller = newCaller()
    await leave(caller, 0)
    expect(await meters.lease(caller, request({ plan: 'pro' }))).toMatchObject({
      granted: 1,
      limit: plans.pro.operationsPerMonth.money,
      current: limit + 1,
    })
  })

  test('survives its object leaving memory', async () => {
    const caller = newCaller()
    const first = request({ needed: 7 })
    const answer = await meters.lease(caller, first)
    await evictDurableObject(METERS.getByName(caller.projectId))
    expect(await meters.lease(caller, first)).toEqual(answer)
    expect(await usedBy(caller.projectId)).toBe(7)
  })
})

describe('BillingMeters.giveBack', () => {
  test('returns what was not used, once, and never more than was granted', async () => {
    const caller = newCaller()
    const [first, second] = [request({ needed: 10 }), request({ needed: 10 })]
    await meters.lease(caller, first)
    await meters.lease(caller, second)
    expect(await meters.giveBack(caller, first.id, 4)).toBe(4)
    expect(await meters.giveBack(caller, first.id, 4)).toBe(0)
    expect(await meters.giveBack(caller, second.id, 1_000)).toBe(10)
    expect(await meters.giveBack(caller, 'unknown', 5)).toBe(0)
    expect(await usedBy(caller.projectId)).toBe(6)
  })

  test('what came back can be had again', async () => {
    const caller = newCaller()
    await leave(caller, 1)
    const last = request()
    await meters.lease(caller, last)
    expect(await meters.lease(caller, request())).toMatchObject({ granted: 0 })
    await meters.giveBack(caller, last.id, 1)
    expect(await meters.lease(caller, request())).toMatchObject({ granted: 1, current: limit })
  })
})

describe('the alarm', () => {
  test('writes days to the database, whole: running it again changes nothing', async () => {
    const caller = newCaller()
    const { projectId } = caller
    const object = METERS.getByName(projectId)
    await meters.lease(caller, request({ needed: 5 }))
    await meters.lease(caller, request({ class: 'read', needed: 2 }))
    for (let run = 0; run < 2; run += 1) {
      expect(await runDurableObjectAlarm(object)).toBe(true)
      const { body } = await call(dailyUsageList, { caller: { projectId } })
      expect(body.data).toMatchObject([{ operations: { read: 2, write: 0, money: 5 } }])
    }
  })

  test('writes off a lease that nobody settled: what it held stays counted', async () => {
    const caller = newCaller()
    const lost = request({ needed: 5 })
    await meters.lease(caller, lost)
    const object = METERS.getByName(caller.projectId)
    await runInDurableObject(object, (_, { storage }) => {
      storage.sql.exec(`UPDATE leases SET expires_at = 0`)
    })
    await runDurableObjectAlarm(object)
    expect(await meters.giveBack(caller, lost.id, 5)).toBe(0)
    expect(await usedBy(caller.projectId)).toBe(5)
  })
})

test('nothing is handed out on stock near the end, and at most a hundredth of the rest before', () => {
  const asked = request({ needed: 10, spare: 500 })
  expect(grantOf(1_000_000, asked)).toBe(10 + spareMax)
  expect(grantOf(5_010, asked)).toBe(10 + 50)
  expect(grantOf(1_010, asked)).toBe(10)
  expect(grantOf(5, asked)).toBe(5)
  expect(grantOf(0, asked)).toBe(0)
  expect(grantOf(100, request({ needed: -5, spare: -5 }))).toBe(0)
})
