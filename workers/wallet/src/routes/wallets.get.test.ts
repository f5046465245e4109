import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { genesisHash } from '../ledger-rules.ts'
import { makeCurrencies, newUser, userWith } from '../test-money.ts'
import { entriesList } from './entries.list.ts'
import { walletsGet } from './wallets.get.ts'

beforeAll(makeCurrencies)

describe('wallets.get', () => {
  test('200 with the head of what was just done', async () => {
    const walletId = await userWith(70)
    const params = { walletId }
    const entries = await call(entriesList, { params })
    expect(await call(walletsGet, { caller: player(walletId), params })).toMatchObject({
      status: 200,
      body: {
        sequence: 1,
        hash: entries.body.data[0].hash,
        balances: [{ currency: 'COIN', posted: 70, held: 0, available: 70 }],
      },
    })
  })

  test('200 with an empty chain for a holder who never had anything', async () => {
    const walletId = await newUser()
    const { body } = await call(walletsGet, { params: { walletId } })
    expect(body).toEqual({ walletId, sequence: 0, hash: genesisHash, balances: [] })
  })

  test('404 not_found for nobody and another project, 403 for another player, 401', async () => {
    const [walletId, foreign] = [await newUser(), await newUser(otherProject)]
    for (const each of ['usr_01k9x6c3v5t8r2m4n7p0q1s2w3', foreign]) {
      const answer = await call(walletsGet, { params: { walletId: each } })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    for (const caller of [player(await newUser()), publishableKey()]) {
      expect(await call(walletsGet, { caller, params: { walletId } })).toMatchObject({
        status: 403,
      })
    }
    const caller = anonymous()
    expect(await call(walletsGet, { caller, params: { walletId } })).toMatchObject({ status: 401 })
    expect(await call(walletsGet, { params: { walletId: 'x' } })).toMatchObject({ status: 400 })
  })
})
