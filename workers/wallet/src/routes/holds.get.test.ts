import { anonymous, call, player, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { capture, hold, unknownHold } from '../test-holds.ts'
import { makeCurrencies, newUser, userWith } from '../test-money.ts'
import { holdsGet } from './holds.get.ts'

beforeAll(makeCurrencies)

describe('holds.get', () => {
  test('200 with the hold as it is now, for a key and for its holder', async () => {
    const ada = await userWith(100)
    const { body } = await hold(ada)
    const params = { walletId: ada, holdId: body.id as string }
    expect((await call(holdsGet, { params })).body).toEqual(body)
    await capture(ada, body.id)
    const answer = await call(holdsGet, { params, caller: player(ada) })
    expect(answer).toMatchObject({ status: 200, body: { status: 'captured', captured: 40 } })
  })

  test('404 hold_not_found in another wallet, 404 not_found for nobody', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { body } = await hold(ada)
    const get = (walletId: string, holdId: string) =>
      call(holdsGet, { params: { walletId, holdId } })
    expect(await get(ada, unknownHold)).toMatchObject({ body: { code: 'hold_not_found' } })
    expect(await get(grace, body.id)).toMatchObject({ body: { code: 'hold_not_found' } })
    expect(await get('usr_01k9x6c3v5t8r2m4n7p0q1s2w3', body.id)).toMatchObject({
      body: { code: 'not_found' },
    })
    expect(await get('ada', body.id)).toMatchObject({ body: { code: 'invalid_request' } })
  })

  test('401 without a credential, 403 for another player', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { body } = await hold(ada)
    const params = { walletId: ada, holdId: body.id as string }
    expect(await call(holdsGet, { params, caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player(grace), publishableKey()]) {
      expect(await call(holdsGet, { params, caller })).toMatchObject({ status: 403 })
    }
  })
})
