import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { deposit, makeCurrencies, newUser } from '../test-money.ts'
import { entriesList } from './entries.list.ts'

beforeAll(makeCurrencies)

const list = (walletId: string, query: Record<string, string> = {}) =>
  call(entriesList, { caller: player(walletId), params: { walletId }, query })

async function walletOfFive(): Promise<string> {
  const walletId = await newUser()
  for (const amount of [1, 2, 3, 4, 5]) await deposit(walletId, amount)
  return walletId
}

describe('entries.list', () => {
  test('200 newest first, page after page, without gap or repetition', async () => {
    const walletId = await walletOfFive()
    const first = await list(walletId, { limit: '2' })
    const second = await list(walletId, { limit: '2', cursor: first.body.nextCursor })
    const third = await list(walletId, { limit: '2', cursor: second.body.nextCursor })
    const pages = [first, second, third].map(({ body }) =>
      body.data.map((entry: { amount: number }) => entry.amount),
    )
    expect(pages).toEqual([[5, 4], [3, 2], [1]])
    expect(third.body.nextCursor).toBeNull()
  })

  test('400 invalid_request for a cursor of another wallet, a changed one and nonsense', async () => {
    const walletId = await walletOfFive()
    const { body } = await list(walletId, { limit: '2' })
    const other = await newUser()
    expect(await list(other, { cursor: body.nextCursor })).toMatchObject({ status: 400 })
    for (const cursor of [`x${body.nextCursor}`, 'nonsense', '.', '']) {
      expect(await list(walletId, { cursor })).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/query/cursor' }] },
      })
    }
  })

  test.each(['0', '101', '-1', '1.5', 'x'])('400 invalid_request for limit %s', async (limit) => {
    expect(await list(await newUser(), { limit })).toMatchObject({ status: 400 })
  })

  test('404 not_found for a wallet of another project; 403 for another player; 401', async () => {
    const [walletId, foreign] = [await newUser(), await newUser(otherProject)]
    const params = { walletId }
    expect(await call(entriesList, { params: { walletId: foreign } })).toMatchObject({
      status: 404,
    })
    expect(await call(entriesList, { params })).toMatchObject({ status: 200 })
    for (const caller of [player(await newUser()), publishableKey()]) {
      expect(await call(entriesList, { caller, params })).toMatchObject({ status: 403 })
    }
    expect(await call(entriesList, { caller: anonymous(), params })).toMatchObject({ status: 401 })
  })
})
