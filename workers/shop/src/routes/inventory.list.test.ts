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
import { inventoryList } from './inventory.list.ts'
import { itemsUpdate } from './items.update.ts'

beforeAll(() => makeCurrency())

const list = (caller: object, query: Record<string, string> = {}) =>
  call(inventoryList, { caller, query })

/** A player who owns two swords and three shields. */
async function owner() {
  const [userId, sword] = [await userWith(100), await makeItem({ name: 'Sword' })]
  await new Promise((resolve) => setTimeout(resolve, 2))
  const shield = await makeItem({ name: 'Shield' })
  await buy(userId, { itemId: shield.id, quantity: 3 })
  for (let time = 0; time < 2; time++) await buy(userId, { itemId: sword.id })
  const owned = [
    { item: { id: sword.id, name: 'Sword' }, quantity: 2, held: 0, isUsable: false },
    { item: { id: shield.id, name: 'Shield' }, quantity: 3, held: 0, isUsable: false },
  ]
  return { userId, sword, owned }
}

describe('inventory.list', () => {
  test('200 with what the player bought, one line per item, page by page', async () => {
    const { userId, owned } = await owner()
    expect((await list(player(userId))).body).toEqual({ data: owned, nextCursor: null })
    const first = await list(player(userId), { limit: '1' })
    expect(first.body.data).toEqual(owned.slice(0, 1))
    const second = await list(player(userId), { limit: '1', cursor: first.body.nextCursor })
    expect(second.body).toEqual({ data: owned.slice(1), nextCursor: null })
  })

  test('200 with an item that is no longer sold, under its new name', async () => {
    const { userId, sword } = await owner()
    const json = { name: 'Old sword', isActive: false }
    await call(itemsUpdate, { params: { itemId: sword.id }, json })
    const { body } = await list(player(userId), { limit: '1' })
    expect(body.data).toEqual([
      { item: { id: sword.id, name: 'Old sword' }, quantity: 2, held: 0, isUsable: false },
    ])
  })

  test('200 for a secret key with shop:read that names the user; 400 when it names nobody', async () => {
    const { userId, owned } = await owner()
    const key = secretKeyWith('shop:read')
    expect((await list(key, { userId })).body.data).toEqual(owned)
    expect(await list(key)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/userId' }] },
    })
  })

  test('200 empty for who owns nothing, and for a key of another project', async () => {
    const { userId } = await owner()
    expect((await list(player(newId('usr')))).body).toEqual({ data: [], nextCursor: null })
    const caller = { ...secretKeyWith('shop:read'), projectId: otherProject }
    expect((await list(caller, { userId })).body).toEqual({ data: [], nextCursor: null })
  })

  test('400 invalid_request for a cursor of another user', async () => {
    const { userId } = await owner()
    const { body } = await list(player(userId), { limit: '1' })
    const answer = await list(player(newId('usr')), { cursor: body.nextCursor })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } })
  })

  test.each([
    ['/query/limit', { limit: '101' }],
    ['/query/userId', { userId: '1' }],
    ['/query/itemId', { itemId: 'itm_1' }],
  ])('400 invalid_request at %s for %j', async (pointer, query) => {
    const answer = await list(secretKeyWith('shop:read'), query)
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })

  test('401 and 403: no credential, wrong key, another player’s inventory', async () => {
    const userId = newId('usr')
    expect(await list(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [publishableKey(), secretKeyWith('shop:write'), player(newId('usr'))]) {
      expect(await list(caller, { userId })).toMatchObject({ status: 403 })
    }
  })
})
