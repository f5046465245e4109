import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { newId } from '@coinop/shared/ids'
import { describe, expect, test } from 'vitest'
import { makeItem } from '../test-shop.ts'
import { itemsGet } from './items.get.ts'

const get = (itemId: string, caller: object = {}) => call(itemsGet, { caller, params: { itemId } })

describe('items.get', () => {
  test('200 for a player and for both kinds of key', async () => {
    const item = await makeItem({ stock: 3 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith()]) {
      expect(await get(item.id, caller)).toMatchObject({ status: 200, body: item })
    }
  })

  test('200 for an inactive item only with a secret key', async () => {
    const item = await makeItem({ isActive: false })
    expect(await get(item.id)).toMatchObject({ status: 200, body: item })
    for (const caller of [player('usr_1'), publishableKey()]) {
      expect(await get(item.id, caller)).toMatchObject({ status: 404 })
    }
  })

  test('404 item_not_found for a missing, a foreign and an inactive item, alike', async () => {
    const [item, inactive] = [await makeItem(), await makeItem({ isActive: false })]
    const answers = [
      await get(newId('itm'), player('usr_1')),
      await get(item.id, { ...player('usr_1'), projectId: otherProject }),
      await get(inactive.id, player('usr_1')),
    ]
    for (const { body } of answers) delete body.requestId
    expect(answers[0]).toMatchObject({ status: 404, body: { code: 'item_not_found' } })
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body)
  })

  test('400 invalid_request for what is not an id of an item', async () => {
    expect(await get('usr_01k9x6c3v5t8r2m4n7p0q1s2w3')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/path/itemId' }] },
    })
  })

  test('401 unauthenticated without a credential', async () => {
    expect(await get(newId('itm'), anonymous())).toMatchObject({ status: 401 })
  })
})
