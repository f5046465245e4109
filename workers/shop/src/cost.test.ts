import { otherProject, player } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { beforeAll, describe, expect, test } from 'vitest'
import { itemsCreate } from './routes/items.create.ts'
import { itemsList } from './routes/items.list.ts'
import { ordersPurchase } from './routes/orders.purchase.ts'
import { available, buy, makeCurrency, makeItem, uniqueKey, userWith } from './test-shop.ts'

beforeAll(async () => {
  await makeCurrency()
  // The first event of a day has a row of the day with it.
  await buy(await userWith(100), { itemId: (await makeItem()).id })
})

const purchase = (userId: string, json: object, headers: Record<string, string> = uniqueKey()) =>
  callCounting(ordersPurchase, { caller: player(userId), headers, json })

describe('Coinop-Cost: 1', () => {
  test('a purchase counts the shop, the wallet and the event that it waits for', async () => {
    const [ada, item] = [await userWith(100), await makeItem({ stock: 5 })]
    await purchase(ada, { itemId: item.id })
    const key = uniqueKey()
    const bought = await purchase(ada, { itemId: item.id }, key)
    expect(bought).toMatchObject({ status: 201, body: { status: 'paid' } })
    // The order (5), stock and inventory; in the wallet the entry, the balance and the key; the event.
    expect(bought.written).toBe(5 + 2 + 3 + 1)
    const again = await purchase(ada, { itemId: item.id }, key)
    expect(again).toMatchObject({ status: 201, written: 0 })
    expect(again.read).toBeGreaterThan(0)
    expect(again.read).toBeLessThan(bought.read)
    expect(await available(ada)).toBe(80)
  })

  test('twenty at once are told the same, each its own', async () => {
    const item = await makeItem()
    const buyers = await Promise.all(Array.from({ length: 20 }, () => userWith(100)))
    await Promise.all(buyers.map((each) => purchase(each, { itemId: item.id })))
    const all = await Promise.all(buyers.map((each) => purchase(each, { itemId: item.id })))
    // The stock of this item is not limited, and so is not counted down.
    expect(all.map(({ written }) => written)).toEqual(buyers.map(() => 5 + 1 + 3 + 1))
  })

  test('what the wallet refuses counts its key there, and the order that is refused here', async () => {
    const [ada, item] = [await userWith(5), await makeItem()]
    await purchase(ada, { itemId: (await makeItem({ price: { currency: 'COIN', amount: 1 } })).id })
    const refused = await purchase(ada, { itemId: item.id })
    expect(refused.status).toBe(409)
    expect(refused.written).toBeGreaterThan(5)
  })

  test('refusals tell it as well', async () => {
    const [ada, item] = [await userWith(100), await makeItem()]
    const invalid = await purchase(ada, { itemId: item.id, quantity: -1 })
    expect(invalid).toMatchObject({ status: 400, read: 0, written: 0 })
    const keyless = await purchase(ada, { itemId: item.id }, {})
    expect(keyless).toMatchObject({ status: 400, read: 0, written: 0 })
    const foreign = await callCounting(ordersPurchase, {
      caller: { ...player(ada), projectId: otherProject },
      headers: uniqueKey(),
      json: { itemId: item.id },
    })
    expect(foreign).toMatchObject({ status: 404, written: 0 })
  })

  test('an item counts its row, the note for the audit log and the answer under its key', async () => {
    const json = { name: 'Iron sword', price: { currency: 'COIN', amount: 10 } }
    const headers = uniqueKey()
    const made = await callCounting(itemsCreate, { json, headers })
    expect(made.status).toBe(201)
    expect(made.written).toBeGreaterThan(2)
    expect(await callCounting(itemsCreate, { json, headers })).toMatchObject({ written: 0 })
    const { read, body } = await callCounting(itemsList)
    expect(read).toBeGreaterThanOrEqual(body.data.length)
  })

  test('nothing is told to who does not ask', async () => {
    const answer = await buy(await userWith(100), { itemId: (await makeItem()).id })
    expect(answer.status).toBe(201)
    expect(tellsNoCost(answer.headers)).toBe(true)
  })
})
