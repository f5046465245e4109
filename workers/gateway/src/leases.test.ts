import { systemCaller } from '@coinop/shared/caller'
import { newId } from '@coinop/shared/ids'
import { plans } from '@coinop/billing/plans'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Leases, type Meters } from './leases.ts'
import { bindings, leaveQuota, usageOf } from './test-project.ts'

const limit = plans.free.operationsPerMonth.money
const newCaller = () => ({ ...systemCaller(newId('prj')), plan: 'free' })
afterEach(() => void vi.restoreAllMocks())

/** The real meter, with a count of the calls. */
function countedMeters() {
  const calls = { lease: 0, giveBack: 0 }
  const meters: Meters = {
    lease: (caller, request) => {
      calls.lease += 1
      return bindings.BILLING_METERS.lease(caller, request)
    },
    giveBack: (caller, id, unused) => {
      calls.giveBack += 1
      return bindings.BILLING_METERS.giveBack(caller, id, unused)
    },
  }
  return { meters, calls }
}

describe('a quota', () => {
  test.each([1, 50, 150])(
    'of %i with 200 parallel calls over four isolates: exactly so many succeed',
    async (left) => {
      const caller = newCaller()
      await leaveQuota(caller.projectId, left)
      const isolates = [new Leases(), new Leases(), new Leases(), new Leases()]
      const { meters } = countedMeters()
      const taken = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          isolates[index % 4]!.take(meters, { caller, class: 'money' }),
        ),
      )
      expect(taken.filter(({ granted }) => granted)).toHaveLength(left)
      const refused = taken.filter(({ granted }) => !granted)
      expect(refused).toHaveLength(200 - left)
      for (const each of refused) expect(each).toMatchObject({ limit, current: limit })
      expect((await usageOf(caller)).money.used).toBe(limit)
    },
  )

  test('most requests need no hop: 2,000 under load ask the meter at most 60 times', async () => {
    const caller = newCaller()
    const leases = new Leases()
    const { meters, calls } = countedMeters()
    for (let round = 0; round < 100; round += 1) {
      const round20 = Array.from({ length: 20 }, () =>
        leases.take(meters, { caller, class: 'read' }),
      )
      for (const { granted, later } of await Promise.all(round20)) {
        expect(granted).toBe(true)
        await later
      }
    }
    expect(calls.lease).toBeLessThanOrEqual(60)
  })

  test('what expired unused goes back, so that usage is what was used', async () => {
    const caller = newCaller()
    const leases = new Leases()
    const { meters } = countedMeters()
    for (let count = 0; count < 5; count += 1) await leases.take(meters, { caller, class: 'write' })
    expect((await usageOf(caller)).write.used).toBeGreaterThan(5)
    const later = Date.now() + 11_000
    vi.spyOn(Date, 'now').mockReturnValue(later)
    expect(leases.hasExpired()).toBe(true)
    await leases.settle(meters)
    expect((await usageOf(caller)).write.used).toBe(5)
  })

  test('a meter that fails leaves nothing behind: the next call asks again', async () => {
    const caller = newCaller()
    const leases = new Leases()
    const { meters } = countedMeters()
    const broken: Meters = { ...meters, lease: () => Promise.reject(new Error('down')) }
    await expect(leases.take(broken, { caller, class: 'read' })).rejects.toThrow('down')
    expect(await leases.take(meters, { caller, class: 'read' })).toMatchObject({ granted: true })
  })
})
