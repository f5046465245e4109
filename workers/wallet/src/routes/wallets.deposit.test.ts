import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { bindings, coin, deposit, makeCurrencies, newUser, uniqueKey } from '../test-money.ts'
import { WalletObject } from '../wallet-object.ts'
import { currenciesCreate } from './currencies.create.ts'
import { walletsDeposit } from './wallets.deposit.ts'

beforeAll(makeCurrencies)
afterEach(() => vi.restoreAllMocks())

const json = { currency: 'COIN', amount: 50, reason: 'prize' }

describe('wallets.deposit', () => {
  test('201 with the entry and the balance after it', async () => {
    const walletId = await newUser()
    await deposit(walletId, 25)
    expect(await deposit(walletId, 50)).toMatchObject({
      status: 201,
      body: { sequence: 2, walletId, kind: 'deposit', amount: 50, balanceAfter: 75 },
    })
  })

  test('201 with the same entry, once, when a key comes 20 times at once', async () => {
    const walletId = await newUser()
    const headers = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        call(walletsDeposit, { params: { walletId }, headers, json }),
      ),
    )
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers[0]?.body.balanceAfter).toBe(50)
    expect(await deposit(walletId, 1)).toMatchObject({ body: { balanceAfter: 51 } })
  })

  test('many that arrive together are few requests to the wallet, each with its own answer', async () => {
    const walletId = await newUser()
    await deposit(walletId, 1)
    const asked = vi.spyOn(WalletObject.prototype, 'executeAll')
    const amounts = Array.from({ length: 40 }, (_, index) => 10 + index)
    const answers = await Promise.all(amounts.map((amount) => deposit(walletId, amount)))
    expect(answers.map(({ status, body }) => [status, body.amount])).toEqual(
      amounts.map((amount) => [201, amount]),
    )
    expect(new Set(answers.map(({ body }) => body.sequence))).toEqual(
      new Set(amounts.map((_, index) => 2 + index)),
    )
    expect(asked.mock.calls.length).toBeLessThan(10)
  })

  test('a failure of some that arrive together is nobody else’s, and a lost answer moves nothing twice', async () => {
    const walletId = await newUser()
    await deposit(walletId, 1)
    const asked = vi.spyOn(WalletObject.prototype, 'executeAll')
    asked.mockImplementation(async function (this: WalletObject, commands) {
      const verdicts = await Promise.all(commands.map((command) => this.execute(command)))
      if (commands.length > 1) throw new Error('lost on its way')
      return verdicts
    })
    vi.spyOn(console, 'error').mockReturnValue()
    const answers = await Promise.all(Array.from({ length: 20 }, () => deposit(walletId, 1)))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(asked.mock.calls.some(([commands]) => commands.length > 1)).toBe(true)
    expect(await deposit(walletId, 1)).toMatchObject({ body: { balanceAfter: 22 } })
  })

  test('what one of them cost is not what the others did', async () => {
    const walletId = await newUser()
    await deposit(walletId, 1)
    const counting = { ...uniqueKey(), 'coinop-cost': '1' }
    const others = Array.from({ length: 20 }, () => deposit(walletId, 1))
    const answer = await call(walletsDeposit, { params: { walletId }, headers: counting, json })
    await Promise.all(others)
    expect(answer.headers.get('coinop-rows-written')).toBe('3')
  })

  test('409 idempotency_conflict, 400 idempotency_key_required', async () => {
    const walletId = await newUser()
    const headers = uniqueKey()
    const send = (amount: number, sent: Record<string, string>) =>
      call(walletsDeposit, { params: { walletId }, headers: sent, json: { ...json, amount } })
    await send(50, headers)
    expect(await send(51, headers)).toMatchObject({ body: { code: 'idempotency_conflict' } })
    expect(await send(51, {})).toMatchObject({ body: { code: 'idempotency_key_required' } })
    expect(await send(51, { 'idempotency-key': 'with space' })).toMatchObject({
      body: { code: 'invalid_request' },
    })
  })

  test('409 balance_limit_exceeded before a balance stops being exact', async () => {
    const walletId = await newUser()
    const largest = 1_000_000_000_000
    for (let index = 0; index < 3; index++) await deposit(walletId, largest)
    const { WALLETS } = bindings
    const stub = WALLETS.getByName(`${player('').projectId}/${walletId}`)
    const posting = { kind: 'deposit', currency: 'COIN', counterAccount: '@mint' } as const
    const amount = Number.MAX_SAFE_INTEGER - 3 * largest
    const postings = [{ ...posting, amount, counterparty: '', memo: '' }]
    const wallet = { projectId: player('').projectId, walletId }
    await stub.execute({
      do: 'post',
      wallet,
      key: 'fill',
      transferId: 'trf_fill',
      actor: 'test',
      postings,
    })
    expect(await deposit(walletId, 1)).toMatchObject({
      status: 409,
      body: { code: 'balance_limit_exceeded' },
    })
  })

  test('409 currency_cap_exceeded above what a wallet may hold', async () => {
    await call(currenciesCreate, { json: { ...coin, code: 'CAPPED', cap: 10 } })
    const walletId = await newUser()
    expect(await deposit(walletId, 10, 'CAPPED')).toMatchObject({ status: 201 })
    expect(await deposit(walletId, 1, 'CAPPED')).toMatchObject({
      status: 409,
      body: { code: 'currency_cap_exceeded' },
    })
  })

  test('404 not_found for nobody and for a user of another project, alike', async () => {
    const stranger = await newUser(otherProject)
    const [missing, foreign] = [
      await deposit('usr_01k9x6c3v5t8r2m4n7p0q1s2w3', 1),
      await deposit(stranger, 1),
    ]
    for (const { body } of [missing, foreign]) delete body.requestId
    expect(missing.body).toMatchObject({ status: 404, code: 'not_found' })
    expect(foreign.body).toEqual(missing.body)
  })

  test('404 currency_not_found', async () => {
    expect(await deposit(await newUser(), 1, 'GOLD')).toMatchObject({
      status: 404,
      body: { code: 'currency_not_found' },
    })
  })

  test('401 unauthenticated, 403 forbidden: only a secret key with wallet:write makes money', async () => {
    const walletId = await newUser()
    const as = (caller: object) =>
      call(walletsDeposit, { caller, params: { walletId }, headers: uniqueKey(), json })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    for (const caller of [player(walletId), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await as(caller)).toMatchObject({ status: 403 })
    }
  })

  test.each([
    ['/body/amount', { amount: -1 }],
    ['/body/amount', { amount: 2 ** 53 }],
    ['/body/currency', { currency: 'coin' }],
    ['/body/reason', { reason: '' }],
    ['/body/note', { note: 'x' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    const answer = await call(walletsDeposit, {
      params: { walletId: await newUser() },
      headers: uniqueKey(),
      json: { ...json, ...change },
    })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })
})
