import { newId } from '@coinop/shared/ids'
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
import { inventoryGive } from './inventory.give.ts'

beforeAll(() => makeCurrency())

const give = (userId: string, json: object, headers: Record<string, string> = uniqueKey()) =>
  call(inventoryGive, { caller: player(userId), headers, json })

async function owner() {
  const [ada, grace] = [await userWith(100), await userWith(0)]
  const item = await makeItem()
  await buy(ada, { itemId: item.id, quantity: 3 })
  return { ada, grace, item }
}

describe('inventory.give', () => {
  test('201: the pieces are in the other inventory, and it is announced once', async () => {
    const { ada, grace, item } = await owner()
    const answer = await give(ada, { itemId: item.id, quantity: 2, to: grace })
    expect(answer).toMatchObject({
      status: 201,
      body: { userId: ada, to: grace, item: { id: item.id }, quantity: 2 },
    })
    expect([await owned(ada), await owned(grace)]).toEqual([{ [item.id]: 1 }, { [item.id]: 2 }])
    await give(grace, { itemId: item.id, quantity: 2, to: ada })
    expect([await owned(ada), await owned(grace)]).toEqual([{ [item.id]: 3 }, {}])
    await sweep(bindings)
    const path = '/v1/events?limit=100&type=shop.item.given'
    const { data } = await neighbour<EventLog>(bindings.GATEWAY_TO_EVENTS, path)
    const announced = data.filter(({ subject }) => subject === answer.body.id)
    expect(announced).toMatchObject([{ data: { userId: ada, recipientId: grace, quantity: 2 } }])
  })

  test('201 once when a key comes 20 times at once', async () => {
    const { ada, grace, item } = await owner()
    const headers = uniqueKey()
    const json = { itemId: item.id, to: grace }
    const answers = await Promise.all(Array.from({ length: 20 }, () => give(ada, json, headers)))
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.id}`)).size).toBe(1)
    const first = answers.filter(({ headers: answered }) => !answered.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect([await owned(ada), await owned(grace)]).toEqual([{ [item.id]: 2 }, { [item.id]: 1 }])
    expect(await give(ada, { ...json, quantity: 2 }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('no piece is made or lost when 20 gifts go both ways at once; 409 pieces_missing', async () => {
    const { ada, grace, item } = await owner()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 === 0
          ? give(ada, { itemId: item.id, to: grace })
          : give(grace, { itemId: item.id, to: ada }),
      ),
    )
    const codes = new Set(answers.map(({ status, body }) => body.code ?? status))
    expect(codes.isSubsetOf(new Set([201, 'pieces_missing']))).toBe(true)
    const both = [await owned(ada), await owned(grace)].map((pieces) => pieces[item.id] ?? 0)
    expect(both.reduce((sum, each) => sum + each, 0)).toBe(3)
  })

  test('409 pieces_missing, same_user, 404 receiver_not_found; nothing moves', async () => {
    const { ada, grace, item } = await owner()
    const refused = async (json: object, status: number, code: string) =>
      expect(await give(ada, { itemId: item.id, ...json })).toMatchObject({
        status,
        body: { code },
      })
    await refused({ quantity: 4, to: grace }, 409, 'pieces_missing')
    await refused({ to: ada }, 409, 'same_user')
    await refused({ to: newId('usr') }, 404, 'receiver_not_found')
    expect([await owned(ada), await owned(grace)]).toEqual([{ [item.id]: 3 }, {}])
  })

  test('404 item_not_found for a missing item and one of another project, alike', async () => {
    const { ada, grace, item } = await owner()
    const missing = await give(ada, { itemId: newId('itm'), to: grace })
    const foreign = await call(inventoryGive, {
      caller: { ...player(ada), projectId: otherProject },
      headers: uniqueKey(),
      json: { itemId: item.id, to: grace },
    })
    for (const { body } of [missing, foreign]) delete body.requestId
    expect(missing).toMatchObject({ status: 404, body: { code: 'item_not_found' } })
    expect(foreign.body).toEqual(missing.body)
  })

  test('400 idempotency_key_required; 401 and 403: a player for themselves', async () => {
    const { ada, grace, item } = await owner()
    const json = { itemId: item.id, to: grace }
    expect(await give(ada, json, {})).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    })
    const as = (caller: object) =>
      call(inventoryGive, { caller, headers: uniqueKey(), json: { ...json, userId: ada } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:read'), player(grace)]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
    expect(await owned(ada)).toEqual({ [item.id]: 3 })
    expect(await as(secretKeyWith('shop:write'))).toMatchObject({ status: 201 })
  })
})
