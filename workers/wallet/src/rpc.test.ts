import { exports } from 'cloudflare:workers'
import { call, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { balanceGet } from './routes/balance.get.ts'
import { currenciesCreate } from './routes/currencies.create.ts'
import type { WalletCharges, WalletRewards, WalletSettlements } from './rpc.ts'
import { coin, makeCurrencies, userWith } from './test-money.ts'

const {
  WalletCharges: charges,
  WalletRewards: rewards,
  WalletSettlements: settlements,
} = exports as unknown as {
  WalletCharges: Service<typeof WalletCharges>
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
