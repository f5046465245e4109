import { runInDurableObject } from 'cloudflare:test'
import type { FaultAction } from '@coinop/shared/fail-points'
import { testProject } from '@coinop/shared/testing'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { fresh, installSeams, patiently } from './test-faults.ts'
import { makeCurrencies, userWith } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'

const { points, begin, end } = installSeams()
const patienceMilliseconds = 2_500
/** What a fault may at most delay the end of all work, in the time of the wallets. */
const drainedSeconds = 60
const stepSeconds = 20

beforeAll(makeCurrencies)
afterAll(() => {
  points.uninstall()
  vi.restoreAllMocks()
  vi.useRealTimers()
})

type Case = { point: string; action: FaultAction; ada: string; grace: string }

const transfer = ({ ada, grace }: Case) =>
  fresh(ada).send({
    wallet: { projectId: testProject, walletId: ada },
    key: 'transfer:faulty',
    transferId: `trf_${ada}`,
    actor: 'test',
    recipient: grace,
    currency: 'COIN',
    amount: 30,
    memo: '',
  })
const posted = async (walletId: string): Promise<number> =>
  (await fresh(walletId).balances())[0]?.posted ?? 0
const isDrained = (walletId: string) =>
  runInDurableObject(
    fresh(walletId),
    (object: WalletObject) => (object as unknown as { workDue(): unknown }).workDue() === undefined,
  )

const both = ({ ada, grace }: Case) => [ada, grace]

async function endedOnce(each: Case): Promise<void> {
  const { ada, grace } = each
  const what = JSON.stringify(each)
  expect([await isDrained(ada), await isDrained(grace)], what).toEqual([true, true])
  expect(['100/10', '70/40'], what).toContain(`${await posted(ada)}/${await posted(grace)}`)
  // Whoever heard nothing asks again with the same key: once, whatever had become of the first.
  expect(await transfer(each), what).toMatchObject({ ok: true, value: { state: 'COMPLETED' } })
  expect([await posted(ada), await posted(grace)], what).toEqual([70, 40])
}

describe('a fault at every step', () => {
  const cases: Case[] = []

  test('money is conserved while it lasts, and drained within 60 s of its end, once', async () => {
    await Promise.all(
      points.faults.map(async (each) => {
        cases.push({ ...each, ada: await userWith(100), grace: await userWith(10) })
      }),
    )
    // Thousands of lines about what is broken on purpose; to show them takes longer than all the rest.
    for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
    // The wallets are at rest before anything goes wrong.
    await vi.waitFor(async () => {
      const rest = await Promise.all(cases.flatMap(both).map(isDrained))
      expect(rest.every(Boolean)).toBe(true)
    }, 60_000)
    const chosen = new Map(cases.flatMap((each) => [each.ada, each.grace].map((id) => [id, each])))
    begin((point, walletId) => {
      const each = chosen.get(walletId)
      if (each?.point === point) return each.action
      // An attempt is put off only after one that failed.
      const failsFirst = each?.point.endsWith('postponeOutgoing') && point.endsWith('callCredit')
      return failsFirst ? 'throw' : undefined
    })
    await Promise.all(cases.map((each) => patiently(transfer(each), patienceMilliseconds)))
    const everyone = cases.flatMap(both)
    await Promise.all(everyone.map((id) => patiently(fresh(id).poke(), patienceMilliseconds)))
    end()
    await Promise.all(
      cases.map(async (each) => {
        const sum = (await posted(each.ada)) + (await posted(each.grace))
        expect(sum, JSON.stringify(each)).toBeLessThanOrEqual(110)
      }),
    )
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    for (let seconds = 0; seconds < drainedSeconds; seconds += stepSeconds) {
      vi.advanceTimersByTime(stepSeconds * 1_000)
      await Promise.all(everyone.map((id) => fresh(id).poke()))
    }
    const outcomes = await Promise.allSettled(cases.map(endedOnce))
    const failures = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [String(outcome.reason)] : [],
    )
    expect(failures).toEqual([])
    vi.useRealTimers()
  }, 180_000)

  test('every point was reached, and every fault happened', () => {
    const never = points.points.filter((point) => !points.hit.get(point))
    expect(never).toEqual([])
  })
})
