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
import { ordersGet } from './orders.get.ts'

beforeAll(() => makeCurrency())

const get = (orderId: string, caller: object) => call(ordersGet, { caller, params: { orderId } })

async function bought() {
  const userId = await userWith(100)
  const { body } = await buy(userId, { itemId: (await makeItem()).id })
  return { userId, order: body }
}

describe('orders.get', () => {
  test('200 for its buyer and for a secret key with shop:read', async () => {
    const { userId, order } = await bought()
    for (const caller of [player(userId), secretKeyWith('shop:read')]) {
      expect(await get(order.id, caller)).toMatchObject({ status: 200, body: order })
    }
  })

  test('404 not_found for a missing order, another player’s and another project’s, alike', async () => {
    const { userId, order } = await bought()
    const answers = [
      await get(newId('ord'), player(userId)),
      await get(order.id, player(newId('usr'))),
      await get(order.id, { ...player(userId), projectId: otherProject }),
      await get(order.id, { ...secretKeyWith('shop:read'), projectId: otherProject }),
    ]
    for (const { body } of answers) delete body.requestId
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'not_found' } })
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
  })

  test('401 and 403: no credential, a publishable key, a secret key without shop:read', async () => {
    const { order } = await bought()
    expect(await get(order.id, anonymous())).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:write')]) {
      expect(await get(order.id, caller)).toMatchObject({ status: 403 })
    }
  })

  test('400 invalid_request for what is not an id of an order', async () => {
    expect(await get('1', player('usr_1'))).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/path/orderId' }] },
    })
  })
})
