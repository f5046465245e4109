import { Problem } from '@coinop/shared/problem'
import { describe, expect, test } from 'vitest'
import { enforcePlanLimit, retainedSince } from './plan-limits.ts'
import { countedAxes, planNames, plans } from './plans.ts'

/** What is thrown, as the client sees it; undefined when nothing is. */
function refusalOf(act: () => void) {
  try {
    act()
    return undefined
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { code: error.code, met: error.extra.met, detail: error.extra.detail }
  }
}

describe('enforcePlanLimit', () => {
  test('of every plan and axis the last one passes, and the next is plan_limit with what was met', () => {
    for (const plan of planNames) {
      for (const axis of countedAxes) {
        const limit = plans[plan].countsMax[axis]
        const ask = (current: number) => () => enforcePlanLimit({ plan }, axis, current)
        expect(refusalOf(ask(limit - 1)), `${plan} ${axis}`).toBeUndefined()
        for (const current of [limit, limit + 3]) {
          const met = { axis, limit, current }
          expect(refusalOf(ask(current))).toMatchObject({ code: 'plan_limit', met })
        }
      }
    }
  })

  test('a plan that is not in the table counts as the smallest', () => {
    const { keys } = plans.free.countsMax
    const ask = () => enforcePlanLimit({ plan: 'galactic' }, 'keys', keys)
    expect(refusalOf(ask)?.met).toEqual({ axis: 'keys', limit: keys, current: keys })
  })
})

test('retainedSince is as many days back as the plan says', () => {
  const at = Date.UTC(2026, 10, 23)
  expect(retainedSince({ plan: 'free' }, at)).toBe(Date.UTC(2026, 10, 16))
  expect(retainedSince({ plan: 'scale' }, at)).toBe(Date.UTC(2025, 10, 23))
})
