import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { copied, deposit, makeCurrencies, newUser, uniqueKey, userWith } from '../test-money.ts'
import { transfersCreate } from './transfers.create.ts'
import { transfersGet } from './transfers.get.ts'

beforeAll(makeCurrencies)

const sent = async (from: string, to: string) => {
  const json = { to, currency: 'COIN', amount: 30, memo: 'rent' }
  const { body } = await call(transfersCreate, { caller: player(from), headers: uniqueKey(), json })
  return body as { id: string }
}
const get = (transferId: string, more: object = {}) =>
  call(transfersGet, { params: { transferId }, ...more })

describe('transfers.get', () => {
  test('200 equal to what the sender was told, at once for the sender', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const transfer = await sent(ada, grace)
    expect(await get(transfer.id, { caller: player(ada) })).toMatchObject({
      status: 200,
      body: transfer,
    })
    expect((await get(transfer.id, { query: { walletId: ada } })).body).toEqual(transfer)
  })

  test('200 for the sender, the recipient and a key: the same transfer', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const transfer = await sent(ada, grace)
    await copied(grace, 1)
    for (const caller of [player(ada), player(grace), {}]) {
      expect(await get(transfer.id, { caller })).toMatchObject({ status: 200, body: transfer })
      expect((await get(transfer.id, { caller })).body).toEqual(transfer)
    }
  })

  test('200 for a deposit, with its reason', async () => {
    const ada = await newUser()
    const { body } = await deposit(ada, 5)
    await copied(ada, 1)
    expect(await get(body.transferId)).toMatchObject({
      body: { kind: 'deposit', from: '@mint', to: ada, amount: 5, memo: 'test money' },
    })
  })

  test('404 not_found for a third player, for another project and for no such transfer', async () => {
    const [ada, grace, eve] = [await userWith(100), await newUser(), await newUser()]
    const { id } = await sent(ada, grace)
    await copied(grace, 1)
    const strangers = [
      get(id, { caller: player(eve) }),
      get(id, { query: { walletId: eve } }),
      get(id, { caller: { projectId: otherProject } }),
      get('trf_01k9x6c3v5t8r2m4n7p0q1s2w3'),
      get('trf_00000000000000000000000000'),
    ]
    for (const answer of await Promise.all(strangers)) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('401 without a credential, 403 with a publishable key, 400 invalid_request for what is no id', async () => {
    const id = 'trf_01k9x6c3v5t8r2m4n7p0q1s2w3'
    expect(await get(id, { caller: anonymous() })).toMatchObject({ status: 401 })
    expect(await get(id, { caller: publishableKey() })).toMatchObject({ status: 403 })
    expect(await get('x')).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })
})
