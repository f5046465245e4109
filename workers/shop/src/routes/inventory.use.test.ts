import { newId } from '@coinop/shared/ids'
import { amountMax } from '@coinop/shared/money'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { sweep } from '../sweep.ts'
import {
  available,
  bindings,
  buy,
  type EventLog,
  makeCurrency,
  makeItem,
  neighbour,
  owned,
  uniqueKey,
  userWith,
} from '../test-shop.ts'
import { inventoryUse } from './inventory.use.ts'

beforeAll(() => makeCurrency())

const consume = (userId: string, json: object, headers: Record<string, string> = uniqueKey()) =>
  call(inventoryUse, { caller: player(userId), headers, json })

async function owner(given: Parameters<typeof makeItem>[0] = { onUse: [] }, quantity = 3) {
  const [ada, item] = [await userWith(100), await makeItem(given)]
  await buy(ada, { itemId: item.id, quantity })
  return { ada, item }
}

describe('inventory.use', () => {
  test('201 uses pieces up and announces it once; what is used up is gone from the inventory', async () => {
    const { ada, item } = await owner()
    const first = await consume(ada, { itemId: item.id })
    expect(first).toMatchObject({
      status: 201,
      body: {
        userId: ada,
        item: { id: item.id, name: 'Iron sword' },
        quantity: 1,
        items: [],
        effects: [],
      },
    })
    expect(await owned(ada)).toEqual({ [item.id]: 2 })
    await consume(ada, { itemId: item.id, quantity: 2 })
    expect(await owned(ada)).toEqual({})
    await sweep(bindings)
    const path = '/v1/events?limit=100&type=shop.item.used'
    const { data } = await neighbour<EventLog>(bindings.GATEWAY_TO_EVENTS, path)
    const announced = data.filter((event) => event.data['userId'] === ada)
    expect(announced.map((event) => event.data['quantity'])).toEqual([1, 2])
  })

  test('201 with what the actions bring for each piece: items, currency, a role', async () => {
    const prize = await makeItem()
    const onUse = [
      { kind: 'item' as const, itemId: prize.id, quantity: 2 },
      { kind: 'currency' as const, currency: 'COIN', amount: 5 },
      { kind: 'role' as const, roleId: '1180000000000000001' },
    ]
    const { ada, item } = await owner({ onUse })
    const { body } = await consume(ada, { itemId: item.id, quantity: 2 })
    expect(body).toMatchObject({
      items: [{ itemId: prize.id, quantity: 4 }],
      effects: [
        { kind: 'currency', amount: 10, state: 'done' },
        { kind: 'role_grant', state: 'pending' },
      ],
    })
    expect(await owned(ada)).toEqual({ [item.id]: 1, [prize.id]: 4 })
    expect(await available(ada)).toBe(80)
  })

  test('201 with one effect when a key comes 20 times at once', async () => {
    const onUse = [{ kind: 'currency' as const, currency: 'COIN', amount: 5 }]
    const { ada, item } = await owner({ onUse })
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => consume(ada, { itemId: item.id }, headers)),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    const first = answers.filter(({ headers: answered }) => !answered.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect([await available(ada), await owned(ada)]).toEqual([75, { [item.id]: 2 }])
  })

  test('201 as often as there are pieces, when 20 keys come at once; the others 409 pieces_missing', async () => {
    const { ada, item } = await owner()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => consume(ada, { itemId: item.id })),
    )
    const codes = answers.map(({ status, body }) => body.code ?? status)
    expect(codes.filter((code) => code === 201)).toHaveLength(3)
    expect(codes.filter((code) => code === 'pieces_missing')).toHaveLength(17)
    expect(await owned(ada)).toEqual({})
  })

  test('201 again under its key when nothing is left; the actions of the first time', async () => {
    const { ada, item } = await owner({ onUse: [] }, 1)
    const headers = uniqueKey()
    const first = await consume(ada, { itemId: item.id }, headers)
    const replay = await consume(ada, { itemId: item.id }, headers)
    expect(replay).toMatchObject({ status: 201, body: first.body })
    expect(replay.headers.get('idempotency-replayed')).toBe('true')
    expect(await consume(ada, { itemId: item.id, quantity: 2 }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('409 item_not_usable, pieces_missing and total_limit_exceeded; nothing is used', async () => {
    const { ada, item } = await owner({})
    const refused = (code: string) => ({ status: 409, body: { code } })
    expect(await consume(ada, { itemId: item.id })).toMatchObject(refused('item_not_usable'))
    const onUse = [{ kind: 'currency' as const, currency: 'COIN', amount: amountMax }]
    const rich = await owner({ onUse })
    const two = { itemId: rich.item.id, quantity: 2 }
    expect(await consume(rich.ada, two)).toMatchObject(refused('total_limit_exceeded'))
    const four = await owner()
    const many = { itemId: four.item.id, quantity: 4 }
    expect(await consume(four.ada, many)).toMatchObject(refused('pieces_missing'))
    for (const each of [{ ada, item }, rich, four]) {
      expect(await owned(each.ada)).toEqual({ [each.item.id]: 3 })
    }
  })

  test('404 item_not_found for a missing item and one of another project, alike', async () => {
    const { ada, item } = await owner()
    const missing = await consume(ada, { itemId: newId('itm') })
    const foreign = await call(inventoryUse, {
      caller: { ...player(ada), projectId: otherProject },
      headers: uniqueKey(),
      json: { itemId: item.id },
    })
    for (const { body } of [missing, foreign]) delete body.requestId
    expect(missing).toMatchObject({ status: 404, body: { code: 'item_not_found' } })
    expect(foreign.body).toEqual(missing.body)
  })

  test('400 without a key and for what is no quantity; 401 and 403: a player for themselves', async () => {
    const { ada, item } = await owner()
    expect(await consume(ada, { itemId: item.id }, {})).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    })
    for (const quantity of [0, -1, 1.5, 1_001, '1']) {
      const answer = await consume(ada, { itemId: item.id, quantity })
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/body/quantity' }] },
      })
    }
    const as = (caller: object, json: object = { itemId: item.id, userId: ada }) =>
      call(inventoryUse, { caller, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:read'), player(newId('usr'))]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
    expect(await owned(ada)).toEqual({ [item.id]: 3 })
    expect(await as(secretKeyWith('shop:write'))).toMatchObject({ status: 201 })
  })
})
