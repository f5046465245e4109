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
import { buy, makeCurrency, makeItem, userWith } from '../test-shop.ts'
import { ordersList } from './orders.list.ts'

beforeAll(() => makeCurrency())

const list = (caller: object, query: Record<string, string> = {}) =>
  call(ordersList, { caller, query })

/** A player who bought three items, and the orders, newest first. */
async function buyer() {
  const [userId, item] = [await userWith(100), await makeItem()]
  const bought: { id: string }[] = []
  for (let time = 0; time < 3; time++) {
    bought.unshift((await buy(userId, { itemId: item.id })).body)
    // Ids made within one millisecond have no order of their own.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  return { userId, bought }
}

describe('orders.list', () => {
  test('200 with the player’s own orders, newest first, page by page', async () => {
    const [{ userId, bought }] = [await buyer(), await buyer()]
    const first = await list(player(userId), { limit: '2' })
    expect(first).toMatchObject({ status: 200, body: { data: bought.slice(0, 2) } })
    const second = await list(player(userId), { limit: '2', cursor: first.body.nextCursor })
    expect(second.body).toEqual({ data: bought.slice(2), nextCursor: null })
  })

  test('200 for a secret key with shop:read that names the user; 400 when it names nobody', async () => {
    const { userId, bought } = await buyer()
    const key = secretKeyWith('shop:read')
    expect((await list(key, { userId })).body.data).toEqual(bought)
    expect(await list(key)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/userId' }] },
    })
  })

  test('200 empty for a key of another project', async () => {
    const { userId } = await buyer()
    const caller = { ...secretKeyWith('shop:read'), projectId: otherProject }
    expect((await list(caller, { userId })).body).toEqual({ data: [], nextCursor: null })
  })

  test('400 invalid_request for a cursor of another user', async () => {
    const [{ userId }, other] = [await buyer(), await buyer()]
    const { body } = await list(player(userId), { limit: '1' })
    expect(await list(player(other.userId), { cursor: body.nextCursor })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/cursor' }] },
    })
  })

  test.each([
    ['/query/limit', { limit: '0' }],
    ['/query/userId', { userId: 'ada' }],
    ['/query/status', { status: 'paid' }],
  ])('400 invalid_request at %s for %j', async (pointer, query) => {
    const answer = await list(secretKeyWith('shop:read'), query)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })

  test('401 and 403: no credential, wrong key, another player’s id', async () => {
    const userId = newId('usr')
    expect(await list(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:write'), player(newId('usr'))]) {
      expect(await list(caller, { userId })).toMatchObject({ status: 403 })
    }
  })
})
