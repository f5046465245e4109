import {
  allPowerfulKey,
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  bindings,
  coin,
  deposit,
  makeCurrencies,
  newUser,
  uniqueKey,
  userWith,
} from '../test-money.ts'
import { balanceGet } from './balance.get.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesUpdate } from './currencies.update.ts'
import { transfersCreate } from './transfers.create.ts'

beforeAll(makeCurrencies)

const send = (from: string, json: object, headers: Record<string, string> = uniqueKey()) =>
  call(transfersCreate, { caller: player(from), headers, json: { currency: 'COIN', ...json } })

async function available(userId: string, currency = 'COIN'): Promise<number> {
  const { body } = await call(balanceGet, { query: { userId } })
  const line = body.balances.find((each: { currency: string }) => each.currency === currency)
  return line?.available ?? 0
}

describe('transfers.create', () => {
  test('201 moves the amount from the player to the recipient', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    expect(await send(ada, { to: grace, amount: 30, memo: 'rent' })).toMatchObject({
      status: 201,
      body: { status: 'completed', from: ada, to: grace, amount: 30, memo: 'rent' },
    })
    expect([await available(ada), await available(grace)]).toEqual([70, 30])
  })

  test('201 for a secret key that names the sender', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const json = { from: ada, to: grace, currency: 'COIN', amount: 30 }
    const answer = await call(transfersCreate, { headers: uniqueKey(), json })
    expect(answer).toMatchObject({ status: 201, body: { status: 'completed' } })
  })

  test('201 with equal bodies and one effect when a key comes 20 times at once', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const key = { 'idempotency-key': '"twenty-at-once"' }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(ada, { to: grace, amount: 30 }, key)),
    )
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect([await available(ada), await available(grace)]).toEqual([70, 30])
  })

  test('exactly ten of 100 parallel transfers out of a wallet that covers ten', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => send(ada, { to: grace, amount: 10 })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(answers.filter(({ body }) => body.code === 'insufficient_funds')).toHaveLength(90)
    expect([await available(ada), await available(grace)]).toEqual([0, 100])
  })

  test('money crossing in both directions at once is conserved', async () => {
    const [ada, grace] = [await userWith(100), await userWith(100)]
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        index % 2 ? send(ada, { to: grace, amount: 7 }) : send(grace, { to: ada, amount: 7 }),
      ),
    )
    expect((await available(ada)) + (await available(grace))).toBe(200)
  })

  test('409 idempotency_conflict when a key is used for another amount', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const key = uniqueKey()
    await send(ada, { to: grace, amount: 30 }, key)
    const second = await send(ada, { to: grace, amount: 31 }, key)
    expect(second).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    expect(await available(ada)).toBe(70)
  })

  test('a key of the server and the same key of the player are two keys', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const key = uniqueKey()
    const json = { from: ada, to: grace, currency: 'COIN', amount: 5 }
    expect(await send(ada, { to: grace, amount: 1 }, key)).toMatchObject({ status: 201 })
    expect(await call(transfersCreate, { headers: key, json })).toMatchObject({ status: 201 })
    expect(await available(ada)).toBe(94)
  })

  test('400 idempotency_key_required without a key', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const answer = await send(ada, { to: grace, amount: 30 }, {})
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } })
  })

  test('409 insufficient_funds, same_wallet, currency_not_transferable; nothing moves', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    await deposit(ada, 5, 'BADGE')
    const refusals = {
      insufficient_funds: { to: grace, amount: 101 },
      same_wallet: { to: ada, amount: 1 },
      currency_not_transferable: { to: grace, amount: 1, currency: 'BADGE' },
    }
    for (const [code, json] of Object.entries(refusals)) {
      expect(await send(ada, json)).toMatchObject({ status: 409, body: { code } })
    }
    expect([await available(ada), await available(ada, 'BADGE')]).toEqual([100, 5])
  })

  test('what a key was answered stays, whether or not the currency is transferable later', async () => {
    const change = (transferable: boolean) =>
      call(currenciesUpdate, { params: { code: 'SEALED' }, json: { transferable } })
    await call(currenciesCreate, { json: { ...coin, code: 'SEALED' } })
    const [ada, grace] = [await newUser(), await newUser()]
    await deposit(ada, 100, 'SEALED')
    const [sent, refused] = [uniqueKey(), uniqueKey()]
    const json = { to: grace, amount: 30, currency: 'SEALED' }
    const first = await send(ada, json, sent)
    await change(false)
    const code = 'currency_not_transferable'
    expect(await send(ada, json, refused)).toMatchObject({ status: 409, body: { code } })
    const again = await send(ada, json, sent)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const other = await send(ada, { ...json, amount: 31 }, sent)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    await change(true)
    expect(await send(ada, json, refused)).toMatchObject({ status: 409, body: { code } })
    expect([await available(ada, 'SEALED'), await available(grace, 'SEALED')]).toEqual([70, 30])
  })

  test('409 currency_cap_exceeded when the recipient may not hold so much; the money comes back', async () => {
    await call(currenciesCreate, { json: { ...coin, code: 'CAPPED', cap: 100 } })
    const [ada, grace] = [await newUser(), await newUser()]
    for (const user of [ada, grace]) await deposit(user, 60, 'CAPPED')
    const answer = await send(ada, { to: grace, amount: 41, currency: 'CAPPED' })
    expect(answer).toMatchObject({ status: 409, body: { code: 'currency_cap_exceeded' } })
    expect(await available(ada, 'CAPPED')).toBe(60)
  })

  test('409 balance_limit_exceeded when the wallet of the recipient is full; the money comes back', async () => {
    const [ada, grace] = [await userWith(10), await newUser()]
    const stub = bindings.WALLETS.getByName(`${player(ada).projectId}/${grace}`)
    const wallet = { projectId: player(ada).projectId, walletId: grace }
    const amount = Number.MAX_SAFE_INTEGER
    const posting = { kind: 'deposit', currency: 'COIN', amount, counterAccount: '@mint' } as const
    const postings = [{ ...posting, counterparty: '', memo: '' }]
    await stub.execute({
      do: 'post',
      wallet,
      key: 'fill',
      transferId: 'trf_fill',
      actor: 'test',
      postings,
    })
    expect(await send(ada, { to: grace, amount: 1 })).toMatchObject({
      status: 409,
      body: { code: 'balance_limit_exceeded' },
    })
    expect(await available(ada)).toBe(10)
  })

  test('404 recipient_not_found, currency_not_found', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const stranger = await newUser(otherProject)
    const refusals = [
      ['recipient_not_found', { to: 'usr_01k9x6c3v5t8r2m4n7p0q1s2w3', amount: 1 }],
      ['recipient_not_found', { to: stranger, amount: 1 }],
      ['currency_not_found', { to: grace, amount: 1, currency: 'GOLD' }],
    ] as const
    for (const [code, json] of refusals) {
      expect(await send(ada, json)).toMatchObject({ status: 404, body: { code } })
    }
    expect(await available(ada)).toBe(100)
  })

  test('404 not_found when a key names a sender of another project', async () => {
    const [stranger, grace] = [await newUser(otherProject), await newUser()]
    const json = { from: stranger, to: grace, currency: 'COIN', amount: 1 }
    const answer = await call(transfersCreate, { headers: uniqueKey(), json })
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('401 and 403 for everybody who may not send, 403 for a player in another name', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const json = { from: ada, to: grace, currency: 'COIN', amount: 1 }
    const as = (caller: object) => call(transfersCreate, { caller, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401, body: { code: 'unauthenticated' } })
    for (const caller of [publishableKey(), secretKeyWith('wallet:read'), player(grace)]) {
      expect(await as(caller)).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    expect(await as(allPowerfulKey())).toMatchObject({ status: 201 })
  })

  test.each([0, -1, 1.5, '30', 1e12 + 1, 2 ** 53, null, Number.NaN])(
    '400 invalid_request for amount %j',
    async (amount) => {
      const [ada, grace] = [await userWith(100), await newUser()]
      expect(await send(ada, { to: grace, amount })).toMatchObject({
        status: 400,
        body: { code: 'invalid_request', errors: [{ pointer: '/body/amount' }] },
      })
      expect(await available(ada)).toBe(100)
    },
  )

  test.each(['x\ud800y', 'x\u0000y'])('400 invalid_request for the memo %j', async (memo) => {
    const [ada, grace] = [await userWith(100), await newUser()]
    expect(await send(ada, { to: grace, amount: 1, memo })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/body/memo' }] },
    })
  })

  test.each(['application/json ;charset=utf-8', 'application/json;', 'APPLICATION/JSON'])(
    'never 5xx for the media type %j',
    async (type) => {
      const [ada, grace] = [await userWith(100), await newUser()]
      const headers = { ...uniqueKey(), 'content-type': type }
      const { status } = await send(ada, { to: grace, amount: 1 }, headers)
      expect([201, 415]).toContain(status)
    },
  )

  test('400 invalid_request for an unknown field, and malformed_json, and 415', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    expect(await send(ada, { to: grace, amount: 1, ammount: 1 })).toMatchObject({
      body: { code: 'invalid_request', errors: [{ pointer: '/body/ammount' }] },
    })
    const raw = (body: string, type = 'application/json') =>
      call(transfersCreate, {
        caller: player(ada),
        headers: { ...uniqueKey(), 'content-type': type },
        body,
      })
    expect(await raw('{"to":')).toMatchObject({ status: 400, body: { code: 'malformed_json' } })
    expect(await raw('{}', 'text/plain')).toMatchObject({
      status: 415,
      body: { code: 'unsupported_media_type' },
    })
  })
})
