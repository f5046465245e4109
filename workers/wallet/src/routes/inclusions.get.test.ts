import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { verifyInclusion } from '../../../../tools/coinop-verify.mjs'
import type { Past } from '../test-chain.ts'
import { writePast } from '../test-history.ts'
import { newUser } from '../test-money.ts'
import { inclusionsGet } from './inclusions.get.ts'
import { proofsCreate } from './proofs.create.ts'
import { walletsGet } from './wallets.get.ts'

const past: Past[] = [
  {
    kind: 'deposit',
    currency: 'COIN',
    amount: 5,
    counterAccount: '@mint',
    counterparty: '',
    at: 1,
  },
]

describe('inclusions.get', () => {
  test('200 the way from the head of a wallet to the root, right for each wallet and no other head', async () => {
    const wallets = await Promise.all(Array.from({ length: 7 }, () => newUser()))
    for (const walletId of wallets) await writePast(walletId, past)
    const { body: proof } = await call(proofsCreate)
    for (const walletId of wallets) {
      const params = { walletId }
      const { status, body } = await call(inclusionsGet, { caller: player(walletId), params })
      expect(status).toBe(200)
      const wallet = await call(walletsGet, { params })
      const { sequence, hash } = wallet.body
      expect(body).toMatchObject({ root: proof.root, wallets: 7, walletId, sequence, hash })
      expect(verifyInclusion(body)).toBe(true)
      expect(verifyInclusion({ ...body, hash: proof.root })).toBe(false)
    }
  })

  test('404 not_found for a wallet that is not in it and for another project; 403, 401, 400', async () => {
    const [inside, outside] = [await newUser(), await newUser()]
    await writePast(inside, past)
    await call(proofsCreate)
    const get = (walletId: string, more: object = {}) =>
      call(inclusionsGet, { params: { walletId }, ...more })
    expect(await get(inside)).toMatchObject({ status: 200 })
    expect(await get(outside)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await get(inside, { query: { number: '99' } })).toMatchObject({ status: 404 })
    const foreign = await get(inside, { caller: { projectId: otherProject } })
    expect(foreign).toMatchObject({ status: 404 })
    for (const caller of [player(outside), publishableKey()]) {
      expect(await get(inside, { caller })).toMatchObject({ status: 403 })
    }
    expect(await get(inside, { caller: anonymous() })).toMatchObject({ status: 401 })
    expect(await get('x')).toMatchObject({ status: 400 })
  })
})
