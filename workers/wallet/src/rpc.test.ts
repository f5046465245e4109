import { exports } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { call, player, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { hold } from './test-holds.ts'
import { balanceGet } from './routes/balance.get.ts'
import { currenciesCreate } from './routes/currencies.create.ts'
import * as entrypoints from './rpc.ts'
import type { WalletCharges, WalletDeposits, WalletRewards, WalletSettlements } from './rpc.ts'
import { coin, coinsOf, makeCurrencies, userWith } from './test-money.ts'

const {
  WalletCharges: charges,
  WalletDeposits: deposits,
  WalletRewards: rewards,
  WalletSettlements: settlements,
} = exports as unknown as {
  WalletCharges: Service<typeof WalletCharges>
  WalletDeposits: Service<typeof WalletDeposits>
  WalletRewards: Service<typeof WalletRewards>
  WalletSettlements: Service<typeof WalletSettlements>
}

beforeAll(makeCurrencies)

const charge = (walletId: string, amount: number, reference = 'ord_test') => ({
  walletId,
  reference,
  currency: 'COIN',
  amount,
  memo: 'a sword',
})
const round = (walletId: string, stake: number, payout: number, roundId = 'rnd_test') => ({
  walletId,
  roundId,
  currency: 'COIN',
  stake,
  payout,
  memo: 'coinflip',
})
const posted = async (walletId: string) => {
  const { body } = await call(balanceGet, { caller: player(walletId) })
  return body.balances[0]?.posted ?? 0
}

describe('WalletCharges.charge', () => {
  test('takes the price once per order, and says again what it said', async () => {
    const ada = await userWith(100)
    const first = await charges.charge(player(ada), charge(ada, 30))
    const second = await charges.charge(player(ada), charge(ada, 30))
    expect(first).toMatchObject({ ok: true, value: { replayed: false } })
    expect(second).toMatchObject({ ok: true, value: { replayed: true } })
    expect(await posted(ada)).toBe(70)
  })

  test('for many orders at once: each as if it were the only one, one failure not touching another', async () => {
    const [ada, grace] = [await userWith(100), await userWith(5)]
    const asked = [ada, grace, 'usr_nobody', ada].map((walletId, index) => ({
      caller: systemCaller(testProject),
      input: charge(walletId, 30, `ord_many_${index}`),
    }))
    const answers = await charges.chargeEach(asked)
    expect(answers).toMatchObject([
      { ok: true, value: { ok: true } },
      { ok: true, value: { ok: false, code: 'insufficient_funds' } },
      { ok: true, value: { ok: false, code: 'wallet_not_found' } },
      { ok: true, value: { ok: true } },
    ])
    expect([await posted(ada), await posted(grace)]).toEqual([40, 5])
    const again = await charges.chargeEach(asked)
    expect(again[0]).toMatchObject({ value: { ok: true, value: { replayed: true } } })
    expect(await posted(ada)).toBe(40)
  })

  test('many orders are at most 25: of more none is charged', async () => {
    const ada = await userWith(100)
    const asked = Array.from({ length: 26 }, (_, index) => ({
      caller: systemCaller(testProject),
      input: charge(ada, 1, `ord_most_${index}`),
    }))
    // What RPC answers can be called itself, so it is awaited before anybody else sees it.
    const many = async () => await charges.chargeEach(asked)
    await expect(many()).rejects.toThrow('At most 25 movements at once.')
    expect(await posted(ada)).toBe(100)
    await charges.chargeEach(asked.slice(1))
    expect(await posted(ada)).toBe(75)
  })

  test('an unknown currency stays refused under its order, also when it is made later', async () => {
    const ada = await userWith(100)
    const later = { ...charge(ada, 1), currency: 'LATER' }
    const refused = { ok: false, code: 'currency_not_found' }
    expect(await charges.charge(player(ada), later)).toEqual(refused)
    await call(currenciesCreate, { json: { ...coin, code: 'LATER' } })
    expect(await charges.charge(player(ada), later)).toEqual(refused)
  })
})

describe('WalletSettlements.settle', () => {
  test('stake and payout are one step: two entries, one balance', async () => {
    const ada = await userWith(100)
    const settled = await settlements.settle(player(ada), round(ada, 40, 80))
    expect(settled).toMatchObject({
      ok: true,
      value: {
        entries: [
          { amount: -40, balanceAfter: 60 },
          { amount: 80, balanceAfter: 140 },
        ],
      },
    })
    expect(await posted(ada)).toBe(140)
  })

  test('a stake that is not covered is refused whole, even when the payout would cover it', async () => {
    const ada = await userWith(10)
    const settled = await settlements.settle(player(ada), round(ada, 40, 80))
    expect(settled).toEqual({ ok: false, code: 'insufficient_funds' })
    expect(await posted(ada)).toBe(10)
  })
})

describe('WalletRewards.reward', () => {
  test('pays once per reference', async () => {
    const ada = await userWith(0)
    for (const replayed of [false, true]) {
      const paid = await rewards.reward(player(ada), charge(ada, 25, 'daily:2026-11-21'))
      expect(paid).toMatchObject({ ok: true, value: { replayed } })
    }
    expect(await posted(ada)).toBe(25)
  })
})

describe('an entrypoint is a privilege', () => {
  test('each can do what it is for, and nothing else', () => {
    const methods = Object.fromEntries(
      Object.entries(entrypoints).map(([name, { prototype }]) => [
        name,
        Object.getOwnPropertyNames(prototype).filter((method) => method !== 'constructor'),
      ]),
    )
    expect(methods).toEqual({
      WalletCharges: ['charge', 'chargeEach', 'refundEach', 'refund', 'balance', 'find'],
      WalletSettlements: [
        'settle',
        'settleEach',
        'settleHeldEach',
        'holdEach',
        'releaseEach',
        'hold',
        'settleHeld',
        'release',
      ],
      WalletRewards: ['reward', 'rewardEach'],
      WalletDeposits: ['deposit', 'withdraw'],
      WalletTransfers: ['currencies', 'balance', 'transfer'],
    })
  })

  test('a refund gives back a charge, once and at most what was charged; of a deposit it knows nothing', async () => {
    const ada = await userWith(100)
    await charges.charge(player(ada), charge(ada, 30))
    const refund = { walletId: ada, reference: 'ord_test', memo: '' }
    const exceeds = await charges.refund(player(ada), { ...refund, amount: 31 })
    expect(exceeds).toMatchObject({ ok: false, code: 'reversal_exceeds_amount' })
    await charges.charge(player(ada), charge(ada, 20, 'ord_second'))
    for (const replayed of [false, true]) {
      expect(
        await charges.refund(player(ada), { ...refund, reference: 'ord_second', amount: 15 }),
      ).toMatchObject({ ok: true, value: { replayed, entries: [{ kind: 'refund', amount: 15 }] } })
    }
    const given = await deposits.deposit(player(ada), charge(ada, 50, 'gift'))
    if (!given.ok) throw new Error(given.code)
    const { transferId } = given.value.entries[0]!
    expect(await charges.refund(player(ada), { ...refund, reference: transferId })).toMatchObject({
      ok: false,
      code: 'not_reversible',
    })
    expect(await posted(ada)).toBe(100 - 30 - 20 + 15 + 50)
  })

  test('what was decided for an order can be asked for, and asking decides nothing', async () => {
    const ada = await userWith(100)
    const order = { walletId: ada, reference: 'ord_test' }
    expect(await charges.find(player(ada), order)).toBeUndefined()
    await charges.charge(player(ada), charge(ada, 101))
    expect(await charges.find(player(ada), order)).toMatchObject({ code: 'insufficient_funds' })
  })

  test('a stake that is held is settled once, with its payout, or released; the shop’s holds are not seen', async () => {
    const ada = await userWith(100)
    const stake = { ...round(ada, 40, 0), expiresInSeconds: 60 }
    expect(await settlements.hold(player(ada), stake)).toMatchObject({ ok: true })
    expect(await coinsOf(ada)).toEqual({ posted: 100, held: 40, available: 60 })
    for (let time = 0; time < 2; time++) {
      const end = { walletId: ada, roundId: 'rnd_test', payout: 90 }
      expect(await settlements.settleHeld(player(ada), end)).toMatchObject({ ok: true })
    }
    expect(await coinsOf(ada)).toEqual({ posted: 150, held: 0, available: 150 })
    await settlements.hold(player(ada), { ...stake, roundId: 'rnd_second' })
    const released = await settlements.release(player(ada), {
      walletId: ada,
      roundId: 'rnd_second',
    })
    expect(released).toMatchObject({ ok: true, value: { hold: { state: 'voided' } } })
    const shops = await hold(ada)
    const foreign = { walletId: ada, roundId: shops.body.id as string, payout: 0 }
    expect(await settlements.settleHeld(player(ada), foreign)).toMatchObject({
      code: 'hold_not_found',
    })
  })

  test('a manager gives and takes, once per reference', async () => {
    const ada = await userWith(10)
    for (const replayed of [false, true]) {
      expect(await deposits.deposit(player(ada), charge(ada, 5, 'a'))).toMatchObject({
        value: { replayed },
      })
      expect(await deposits.withdraw(player(ada), charge(ada, 7, 'a'))).toMatchObject({
        value: { replayed },
      })
    }
    expect(await posted(ada)).toBe(8)
  })
})
