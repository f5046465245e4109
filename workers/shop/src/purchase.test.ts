import type { WalletCharges } from '@coinop/wallet/rpc'
import { player } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test } from 'vitest'
import { refuse } from './orders.ts'
import { purchase } from './purchase.ts'
import { orders } from './schema.ts'
import {
  available,
  bindings,
  charges,
  counted,
  makeCurrency,
  makeItem,
  stockOf,
  userWith,
} from './test-shop.ts'

beforeAll(() => makeCurrency())

type Charges = ShopEnv['WALLET_CHARGES']
type Charge = WalletCharges['charge']

const wanted = (userId: string, itemId: string) => ({ userId, itemId, quantity: 1, key: 'once' })

describe('purchase', () => {
  test('writes few rows, and none when it is repeated', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const { written, database } = counted()
    const env = { ...bindings, SHOP_DB: database }
    // The very first one makes the row that counts the outbox.
    await purchase(bindings, player(ada), { ...wanted(ada, item.id), key: 'first' })
    await purchase(env, player(ada), wanted(ada, item.id))
    expect(written.rows).toBeGreaterThan(5)
    expect(written.rows).toBeLessThanOrEqual(7)
    written.rows = 0
    await purchase(env, player(ada), wanted(ada, item.id))
    expect(written.rows).toBe(0)
  })

  test('writes at most 8 rows with a limit per user, and 11 with a role on top', async () => {
    const ada = await userWith(100)
    const item = await makeItem({ stock: 5, limitPerUser: 5 })
    const { written, database } = counted()
    const env = { ...bindings, SHOP_DB: database }
    await purchase(env, player(ada), wanted(ada, item.id))
    expect(written.rows).toBeGreaterThan(6)
    expect(written.rows).toBeLessThanOrEqual(8)
    const onPurchase = [{ kind: 'role' as const, roleId: '1180000000000000001' }]
    const role = await makeItem({ stock: 5, limitPerUser: 5, onPurchase })
    written.rows = 0
    await purchase(env, player(ada), { ...wanted(ada, role.id), key: 'role' })
    expect(written.rows).toBeLessThanOrEqual(11)
  })

  test('stays pending while the wallet does not answer; the same key ends it afterwards', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const charge = async () => Promise.reject(new Error('no answer'))
    const broken = {
      ...bindings,
      WALLET_CHARGES: { charge } as unknown as ShopEnv['WALLET_CHARGES'],
    }
    await expect(purchase(broken, player(ada), wanted(ada, item.id))).rejects.toThrow('unavailable')
    const rows = await drizzle(bindings.SHOP_DB).select().from(orders)
    expect(rows.filter(({ userId }) => userId === ada)).toMatchObject([{ status: 'pending' }])
    expect([await available(ada), await stockOf(item)]).toEqual([100, 4])
    const done = await purchase(bindings, player(ada), wanted(ada, item.id))
    expect(done).toMatchObject({ ok: true, value: { replayed: true, order: { status: 'paid' } } })
    expect([await available(ada), await stockOf(item)]).toEqual([90, 4])
  })

  test('charges once when the answer of the wallet was lost', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const charge = async (...given: Parameters<Charge>) => {
      await bindings.WALLET_CHARGES.charge(...given)
      throw new Error('answer lost')
    }
    const lossy = {
      ...bindings,
      WALLET_CHARGES: { charge } as unknown as ShopEnv['WALLET_CHARGES'],
    }
    await expect(purchase(lossy, player(ada), wanted(ada, item.id))).rejects.toThrow('unavailable')
    await purchase(bindings, player(ada), wanted(ada, item.id))
    expect(await charges(ada)).toHaveLength(1)
    expect([await available(ada), await stockOf(item)]).toEqual([90, 4])
  })

  test('throws rather than hide it when a refused order turns out to be charged', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const charge = async (...given: Parameters<Charge>) => {
      const db = drizzle(bindings.SHOP_DB)
      const [order] = await db.select().from(orders).where(eq(orders.id, given[1].reference))
      if (order) await refuse(db, order, 'currency_not_found')
      return bindings.WALLET_CHARGES.charge(...given)
    }
    const env = { ...bindings, WALLET_CHARGES: { charge } as unknown as Charges }
    await expect(purchase(env, player(ada), wanted(ada, item.id))).rejects.toThrow(
      'was charged and is refused',
    )
  })

  test('throws when the wallet knows another charge under the id of the order', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const charge = async (...[caller, asked]: Parameters<Charge>) => {
      await bindings.WALLET_CHARGES.charge(caller, { ...asked, amount: 1 })
      return bindings.WALLET_CHARGES.charge(caller, asked)
    }
    const env = { ...bindings, WALLET_CHARGES: { charge } as unknown as Charges }
    await expect(purchase(env, player(ada), wanted(ada, item.id))).rejects.toThrow(
      'The wallet answered idempotency_conflict',
    )
    expect(await stockOf(item)).toBe(4)
  })

  test.each([0, -1, 1.5, 1_001, Number.NaN])('throws for the quantity %j', async (quantity) => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    const order = { ...wanted(ada, item.id), quantity }
    await expect(purchase(bindings, player(ada), order)).rejects.toThrow('Not a quantity')
    expect([await available(ada), await stockOf(item)]).toEqual([100, 5])
  })
})
