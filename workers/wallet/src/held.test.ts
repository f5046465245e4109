import { isoTime } from '@coinop/shared/clock'
import { call, testProject } from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { sweepRebuilds } from './rebuild.ts'
import { reconcileWallet } from './reconcile-wallet.ts'
import { balanceGet } from './routes/balance.get.ts'
import { rebuildsCreate } from './routes/rebuilds.create.ts'
import { rebuildsGet } from './routes/rebuilds.get.ts'
import { supplyList } from './routes/supply.list.ts'
import { transfersCreate } from './routes/transfers.create.ts'
import { transfersReverse } from './routes/transfers.reverse.ts'
import { walletsWithdraw } from './routes/wallets.withdraw.ts'
import { capture, hold, voidHold } from './test-holds.ts'
import {
  bindings,
  coinsOf,
  copied,
  makeCurrencies,
  newUser,
  stubOf,
  uniqueKey,
  userWith,
} from './test-money.ts'

beforeAll(makeCurrencies)
afterEach(() => vi.useRealTimers())

const differences = async (walletId: string) => {
  const visit = await reconcileWallet(
    bindings,
    { projectId: testProject, walletId },
    { budget: 99 },
  )
  return visit.differences
}

describe('a wallet of holds, captures, withdrawals and reversals', () => {
  test('has no difference, adds up to 0 with what was burnt, and its copy is made anew as it was', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    await hold(ada, { amount: 10 })
    const taken = await hold(ada, { amount: 20 })
    await capture(ada, taken.body.id, { amount: 15 })
    await voidHold(ada, (await hold(ada, { amount: 5 })).body.id)
    const burnt = { currency: 'COIN', amount: 7, reason: 'a fine' }
    await call(walletsWithdraw, { params: { walletId: ada }, headers: uniqueKey(), json: burnt })
    const json = { from: ada, to: grace, currency: 'COIN', amount: 30 }
    const { body: sent } = await call(transfersCreate, { headers: uniqueKey(), json })
    const back = await call(transfersReverse, {
      params: { transferId: sent.id },
      headers: uniqueKey(),
      json: { walletId: ada, amount: 12, reason: 'a mistake' },
    })
    expect(back).toMatchObject({ status: 201 })
    await copied(ada, 9)
    await copied(grace, 2)
    expect(await coinsOf(ada)).toEqual({ posted: 60, held: 10, available: 50 })
    for (const walletId of [ada, grace]) expect(await differences(walletId)).toEqual([])
    const accounts = { '@mint': '-100', '@shop': '15', '@burn': '7', '@fees': '0', '@transit': '0' }
    const [supply] = (await call(supplyList)).body.data
    expect(supply).toMatchObject({ currency: 'COIN', wallets: '78', sum: '0', accounts })
    const { body } = await call(rebuildsCreate)
    const params = { number: String(body.number) }
    for (let minute = 0; minute < 20; minute++) await sweepRebuilds(bindings)
    const { body: done } = await call(rebuildsGet, { params })
    expect(done).toMatchObject({ status: 'finished', wallets: 2, entries: 11 })
    expect(done.digestAfter).toBe(done.digestBefore)
  }, 60_000)
})

describe('a hold that is past its time and has no entry that says so', () => {
  test('frees the money at that instant, now and in the past, and is no difference', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada, { amount: 40, expiresInSeconds: 60 })
    await copied(ada, 2)
    const end = Date.parse(body.expiresAt as string)
    vi.useFakeTimers({ toFake: ['Date'], now: end + 5_000 })
    const heldAt = async (at: number) => {
      const { body: then } = await call(balanceGet, { query: { userId: ada, at: isoTime(at) } })
      return then.balances[0].held as number
    }
    const everyInstant = async () => [await heldAt(end - 1), await heldAt(end)]
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 0, available: 100 })
    expect(await everyInstant()).toEqual([40, 0])
    expect((await stubOf(ada).recorded()).balances).toMatchObject([{ held: 40 }])
    expect(await differences(ada)).toEqual([])
    // Written down later, it changes nothing in the past.
    await stubOf(ada).poke()
    expect((await stubOf(ada).recorded()).balances).toMatchObject([{ held: 0 }])
    expect(await everyInstant()).toEqual([40, 0])
    expect(await differences(ada)).toEqual([])
  }, 60_000)
})
