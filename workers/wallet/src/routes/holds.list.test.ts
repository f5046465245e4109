import { anonymous, call, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { hold } from '../test-holds.ts'
import { makeCurrencies, newUser, userWith } from '../test-money.ts'
import { holdsList } from './holds.list.ts'

beforeAll(makeCurrencies)

describe('holds.list', () => {
  test('200 newest first, paged without a skip, for a key and for the holder', async () => {
    const ada = await userWith(100)
    const ids: string[] = []
    for (let index = 0; index < 5; index++) ids.unshift((await hold(ada, { amount: 1 })).body.id)
    const list = (query: Record<string, string>) =>
      call(holdsList, { params: { walletId: ada }, query, caller: player(ada) })
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const { body } = await list({ limit: '2', ...(cursor && { cursor }) })
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor as string | null
    } while (cursor)
    expect(seen.toSorted()).toEqual(ids.toSorted())
    expect(seen).toEqual(seen.toSorted().toReversed())
    expect((await call(holdsList, { params: { walletId: ada } })).body.data).toHaveLength(5)
  })

  test('404 not_found for nobody, 400 invalid_request for a cursor of another wallet', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    for (let index = 0; index < 2; index++) await hold(ada, { amount: 1 })
    const { body } = await call(holdsList, { params: { walletId: ada }, query: { limit: '1' } })
    const foreign = { params: { walletId: grace }, query: { cursor: body.nextCursor as string } }
    expect(await call(holdsList, foreign)).toMatchObject({ body: { code: 'invalid_request' } })
    const nobody = { walletId: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3' }
    expect(await call(holdsList, { params: nobody })).toMatchObject({ body: { code: 'not_found' } })
  })

  test('401 without a credential, 403 for another player', async () => {
    const [ada, grace] = [await userWith(1), await newUser()]
    const params = { walletId: ada }
    expect(await call(holdsList, { params, caller: anonymous() })).toMatchObject({ status: 401 })
    expect(await call(holdsList, { params, caller: player(grace) })).toMatchObject({ status: 403 })
  })
})
