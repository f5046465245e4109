import { runInDurableObject } from 'cloudflare:test'
import { exports } from 'cloudflare:workers'
import { anonymous, call, player, secretKeyWith, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import type { WalletCharges } from '../rpc.ts'
import {
  coinsOf,
  copied,
  deposit,
  makeCurrencies,
  newUser,
  stubOf,
  uniqueKey,
  userWith,
} from '../test-money.ts'
import { transfersCreate } from './transfers.create.ts'
import { transfersGet } from './transfers.get.ts'
import { transfersReverse } from './transfers.reverse.ts'
import { walletsBatch } from './wallets.batch.ts'

beforeAll(makeCurrencies)

const { WalletCharges: charges } = exports as unknown as {
  WalletCharges: Service<typeof WalletCharges>
}
const send = async (from: string, to: string, amount: number): Promise<string> => {
  const json = { to, currency: 'COIN', amount }
  const { body } = await call(transfersCreate, { caller: player(from), headers: uniqueKey(), json })
  return body.id as string
}
const reverse = (transferId: string, change: object = {}, headers: object = uniqueKey()) =>
  call(transfersReverse, {
    params: { transferId },
    headers: headers as Record<string, string>,
    json: { reason: 'a mistake', ...change },
  })

describe('transfers.reverse', () => {
  test('201 brings a transfer back, under its own id', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const id = await send(ada, grace, 30)
    expect(await reverse(id, { walletId: ada })).toMatchObject({
      status: 201,
      body: { id, kind: 'reversal', status: 'completed', from: grace, to: ada, amount: 30 },
    })
    expect([await coinsOf(ada), await coinsOf(grace)]).toMatchObject([
      { posted: 100 },
      { posted: 0 },
    ])
    const rows = [...(await copied(ada, 3)), ...(await copied(grace, 2))]
    expect(rows.map(({ kind }) => kind)).toEqual([
      'deposit',
      'transfer_out',
      'reversal_in',
      'transfer_in',
      'reversal_out',
    ])
    expect((await call(transfersGet, { params: { transferId: id } })).body).toMatchObject({
      kind: 'transfer',
      amount: 30,
    })
  })

  test('201 brings a part back, and no second part', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const id = await send(ada, grace, 30)
    expect(await reverse(id, { walletId: grace, amount: 10 })).toMatchObject({ status: 201 })
    expect(await reverse(id, { walletId: grace, amount: 10 })).toMatchObject({
      status: 409,
      body: { code: 'already_reversed' },
    })
    expect(await coinsOf(ada)).toMatchObject({ posted: 80 })
  })

  test('once under 50 parallel requests with 50 keys, and one answer for one key', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const id = await send(ada, grace, 30)
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => reverse(id, { walletId: ada })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'already_reversed')).toHaveLength(49)
    expect([await coinsOf(ada), await coinsOf(grace)]).toMatchObject([
      { posted: 100 },
      { posted: 0 },
    ])
    const [second, key] = [await send(ada, grace, 5), uniqueKey()]
    const same = await Promise.all(
      Array.from({ length: 20 }, () => reverse(second, { walletId: ada }, key)),
    )
    expect(new Set(same.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(await coinsOf(ada)).toMatchObject({ posted: 100 })
  })

  test('201 burns a deposit again and gives a charge back; both are found through D1', async () => {
    const ada = await userWith(100)
    const { body } = await deposit(ada, 20)
    const reference = 'ord_01k9x6c3v5t8r2m4n7p0q1s2w3'
    const charge = { walletId: ada, reference, currency: 'COIN', amount: 40, memo: 'sword' }
    await charges.charge(player(ada), charge)
    await copied(ada, 3)
    expect(await reverse(body.transferId)).toMatchObject({
      status: 201,
      body: { status: 'completed', from: ada, to: '@mint', amount: 20 },
    })
    expect(await reverse(reference)).toMatchObject({ body: { from: '@shop', to: ada, amount: 40 } })
    const refunded = await charges.refund(player(ada), { walletId: ada, reference, memo: '' })
    expect(refunded).toMatchObject({ ok: false, code: 'already_reversed' })
    expect(await coinsOf(ada)).toMatchObject({ posted: 100 })
  })

  test('201 for an old deposit with its wallet named, as for one of a moment ago', async () => {
    const ada = await newUser()
    const { body: first } = await deposit(ada, 7)
    const batch = (key: number) =>
      call(walletsBatch, {
        params: { walletId: ada },
        headers: uniqueKey(),
        json: { operations: Array.from({ length: 100 }, () => one(key)) },
      })
    const one = (key: number) => ({
      operation: 'deposit',
      currency: 'COIN',
      amount: 1,
      reason: `page ${key}`,
    })
    for (let page = 0; page < 3; page++) expect(await batch(page)).toMatchObject({ status: 201 })
    await copied(ada, 301)
    expect(await reverse(first.transferId, { walletId: ada })).toMatchObject({
      status: 201,
      body: { from: ada, to: '@mint', amount: 7 },
    })
    expect(await coinsOf(ada)).toMatchObject({ posted: 300 })
    const { body: last } = await deposit(ada, 5)
    expect(await reverse(last.transferId, { walletId: ada })).toMatchObject({ status: 201 })
  })

  test('409 reversal_not_covered while the money is spent, and under a new key once it is there', async () => {
    const [ada, grace, eve] = [await userWith(100), await newUser(), await newUser()]
    const id = await send(ada, grace, 30)
    await send(grace, eve, 1)
    const [key, wanted] = [uniqueKey(), { walletId: ada }]
    const refused = { status: 409, body: { code: 'reversal_not_covered' } }
    expect(await reverse(id, wanted, key)).toMatchObject(refused)
    await deposit(grace, 1)
    expect(await reverse(id, wanted, key)).toMatchObject(refused)
    expect(await reverse(id, wanted)).toMatchObject({ status: 201 })
  })

  test('409 transfer_not_completed for what is still on its way', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const id = await send(ada, grace, 30)
    await runInDurableObject(stubOf(ada), (_, state) => {
      state.storage.sql.exec(`UPDATE outgoing SET state = 'REFUNDED'`)
    })
    expect(await reverse(id, { walletId: ada })).toMatchObject({
      status: 409,
      body: { code: 'transfer_not_completed' },
    })
  })

  test('409 not_reversible for the stake of a round', async () => {
    const ada = await userWith(100)
    const transferId = 'rnd_01k9x6c3v5t8r2m4n7p0q1s2w3'
    const posting = {
      kind: 'stake' as const,
      currency: 'COIN',
      amount: -5,
      counterAccount: '@house' as const,
      counterparty: '',
      memo: '',
    }
    const wallet = { projectId: testProject, walletId: ada }
    const command = { wallet, key: 'settle:x', transferId, actor: 'test', postings: [posting] }
    await stubOf(ada).execute({ do: 'post', ...command })
    await copied(ada, 2)
    expect(await reverse(transferId)).toMatchObject({ body: { code: 'not_reversible' } })
  })

  test('409 reversal_exceeds_amount, idempotency_conflict; 404 transfer_not_found; 400 idempotency_key_required', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const [id, key] = [await send(ada, grace, 30), uniqueKey()]
    await reverse(id, { walletId: ada, amount: 31 }, key)
    const unknown = 'trf_01k9x6c3v5t8r2m4n7p0q1s2w3'
    const refusals = [
      [reverse(id, { walletId: ada, amount: 31 }), 409, 'reversal_exceeds_amount'],
      [reverse(id, { walletId: ada, amount: 30 }, key), 409, 'idempotency_conflict'],
      [reverse(unknown), 404, 'transfer_not_found'],
      [reverse(unknown, { walletId: ada }), 404, 'transfer_not_found'],
      [reverse(id, { walletId: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3' }), 404, 'transfer_not_found'],
      [reverse(id, {}, {}), 400, 'idempotency_key_required'],
      [reverse(id, { reason: '' }), 400, 'invalid_request'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    expect(await coinsOf(grace)).toMatchObject({ posted: 30 })
  })

  test('401 and 403 for everybody but a secret key with wallet:write', async () => {
    const params = { transferId: 'trf_01k9x6c3v5t8r2m4n7p0q1s2w3' }
    const as = (caller: object) =>
      call(transfersReverse, { caller, params, headers: uniqueKey(), json: { reason: 'x' } })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player('usr_x'), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })
})
