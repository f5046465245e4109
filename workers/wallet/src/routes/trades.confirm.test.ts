import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { deposit, newUser, uniqueKey, userWith } from '../test-money.ts'
import {
  begin,
  cancel,
  confirm,
  confirmBoth,
  getTrade,
  holdings,
  makeTradedCurrencies,
  offer,
  offered,
  passTime,
  unknownTrade,
  userHaving,
} from '../test-trades.ts'
import { currenciesUpdate } from './currencies.update.ts'
import { entriesList } from './entries.list.ts'
import { tradesConfirm } from './trades.confirm.ts'
import { transfersGet } from './transfers.get.ts'
import { transfersReverse } from './transfers.reverse.ts'

beforeAll(makeTradedCurrencies)
afterEach(() => {
  vi.useRealTimers()
})

type Line = { kind: string; counterparty: string | null; memo: string; transferId: string }

describe('trades.confirm', () => {
  test('200 completed with the second confirmation: all has changed hands, and each entry names the other side', async () => {
    const [ada, grace] = [await userHaving({ COIN: 100, GEM: 5 }), await userHaving({ MEDAL: 7 })]
    const trade = await offered([ada, { COIN: 40, GEM: 5 }], [grace, { MEDAL: 7 }])
    const first = await confirm(trade.id, ada, trade.digest)
    expect(first).toMatchObject({ status: 200, body: { status: 'open' } })
    expect(await holdings(ada)).toEqual({ COIN: [100, 0], GEM: [5, 0] })
    const second = await confirm(trade.id, grace, trade.digest)
    expect(second).toMatchObject({ status: 200, body: { status: 'completed', failure: null } })
    expect(await holdings(ada)).toEqual({ COIN: [60, 0], GEM: [0, 0], MEDAL: [7, 0] })
    expect(await holdings(grace)).toEqual({ COIN: [40, 0], GEM: [5, 0], MEDAL: [0, 0] })
    const { body } = await call(entriesList, { params: { walletId: ada } })
    const lines = (body.data as Line[]).filter(({ memo }) => memo === trade.id)
    expect(lines.map(({ kind }) => kind).toSorted()).toEqual(
      ['hold', 'hold', 'trade_in', 'trade_out', 'trade_out'].toSorted(),
    )
    expect(new Set(lines.map(({ counterparty }) => counterparty))).toEqual(new Set([grace]))
    const { transferId } = lines.find(({ kind }) => kind === 'trade_in')!
    await vi.waitFor(async () => {
      const found = await call(transfersGet, { params: { transferId } })
      expect(found.body).toMatchObject({ kind: 'trade', from: grace, to: ada, status: 'completed' })
    }, 10_000)
    const reversal = { params: { transferId }, headers: uniqueKey(), json: { reason: 'regret' } }
    expect(await call(transfersReverse, reversal)).toMatchObject({
      body: { code: 'not_reversible' },
    })
  })

  test('200 a gift: one side may give nothing', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const trade = await offered([ada, { COIN: 100 }], [grace, {}])
    expect((await confirmBoth(trade, ada, grace)).body.status).toBe('completed')
    expect(await holdings(grace)).toEqual({ COIN: [100, 0] })
  })

  test('200 failed when one side cannot give it: the other side is released', async () => {
    const [ada, grace] = [await userWith(100), await userHaving({ GEM: 1 })]
    for (const [gives, gets, whose] of [
      [{ COIN: 40 }, { GEM: 2 }, grace],
      [{ COIN: 101 }, { GEM: 1 }, ada],
    ] as const) {
      const trade = await offered([ada, gives], [grace, gets])
      const { body } = await confirmBoth(trade, ada, grace)
      const failure = { userId: whose, code: 'insufficient_funds' }
      expect(body).toMatchObject({ status: 'failed', failure })
      expect(await holdings(ada)).toEqual({ COIN: [100, 0] })
      expect(await holdings(grace)).toEqual({ GEM: [1, 0] })
    }
  })

  test('200 failed when it would exceed a cap, whichever way; up to the cap it is completed', async () => {
    const [ada, grace] = [await userHaving({ MEDAL: 60 }), await userHaving({ MEDAL: 50 })]
    const over = await offered([ada, { MEDAL: 51 }], [grace, {}])
    expect((await confirmBoth(over, ada, grace)).body).toMatchObject({
      status: 'failed',
      failure: { userId: grace, code: 'currency_cap_exceeded' },
    })
    expect(await holdings(ada)).toEqual({ MEDAL: [60, 0] })
    const exact = await offered([ada, { MEDAL: 50 }], [grace, {}])
    expect((await confirmBoth(exact, ada, grace)).body.status).toBe('completed')
    expect(await holdings(grace)).toEqual({ MEDAL: [100, 0] })
    expect(await deposit(grace, 1, 'MEDAL')).toMatchObject({
      body: { code: 'currency_cap_exceeded' },
    })
  })

  test('200 failed when a currency stopped being transferable after it was offered', async () => {
    const [ada, grace] = [await userHaving({ GEM: 5 }), await newUser()]
    const trade = await offered([ada, { GEM: 5 }], [grace, {}])
    const set = (transferable: boolean) =>
      call(currenciesUpdate, { params: { code: 'GEM' }, json: { transferable } })
    await set(false)
    const { body } = await confirmBoth(trade, ada, grace)
    await set(true)
    const failure = { userId: null, code: 'currency_not_transferable' }
    expect(body).toMatchObject({ status: 'failed', failure })
    expect(await holdings(ada)).toEqual({ GEM: [5, 0] })
  })

  test('200 fifty confirmations at once settle once', { timeout: 60_000 }, async () => {
    const [ada, grace] = [await userWith(100), await userHaving({ GEM: 10 })]
    const { id, digest } = await offered([ada, { COIN: 40 }], [grace, { GEM: 10 }])
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => confirm(id, index % 2 ? ada : grace, digest)),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    await vi.waitFor(async () => expect((await getTrade(id)).body.status).toBe('completed'), 10_000)
    expect(await holdings(ada)).toEqual({ COIN: [60, 0], GEM: [10, 0] })
    expect(await holdings(grace)).toEqual({ COIN: [40, 0], GEM: [0, 0] })
  })

  test('the deadline is exact: one millisecond before it 200, at it 409 trade_closed', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    for (const [early, status] of [
      [1, 'completed'],
      [0, 'expired'],
    ] as const) {
      const trade = await offered([ada, { COIN: 1 }], [grace, {}], { expiresInSeconds: 60 })
      await confirm(trade.id, ada, trade.digest)
      const { body } = await getTrade(trade.id)
      vi.useFakeTimers({ now: Date.parse(body.expiresAt) - early, toFake: ['Date'] })
      const answer = await confirm(trade.id, grace, trade.digest)
      expect(answer.status).toBe(early ? 200 : 409)
      expect((await getTrade(trade.id)).body.status).toBe(status)
      vi.useRealTimers()
    }
    expect(await holdings(ada)).toEqual({ COIN: [99, 0] })
  })

  test('409 trade_changed, trade_empty, trade_closed, idempotency_conflict; 404 not_found; 400 idempotency_key_required', async () => {
    const [ada, grace, eve] = [await userWith(100), await newUser(), await newUser()]
    const { id, digest } = await offered([ada, { COIN: 1 }], [grace, {}])
    const { body: empty } = await begin(ada, grace)
    const closed = await offered([ada, { COIN: 1 }], [grace, {}])
    await cancel(closed.id, grace)
    const key = uniqueKey()
    await confirm(id, ada, digest, key)
    const { body: changed } = await offer(id, ada, { COIN: 2 })
    const refusals = [
      [confirm(id, grace, digest), 409, 'trade_changed'],
      [confirm(empty.id, ada, empty.digest), 409, 'trade_empty'],
      [confirm(closed.id, ada, closed.digest), 409, 'trade_closed'],
      [confirm(id, ada, changed.digest, key), 409, 'idempotency_conflict'],
      [confirm(id, eve, changed.digest), 404, 'not_found'],
      [confirm(unknownTrade, ada, digest), 404, 'not_found'],
      [confirm(id, ada, changed.digest, {}), 400, 'idempotency_key_required'],
    ] as const
    for (const [answer, status, code] of refusals) {
      expect(await answer).toMatchObject({ status, body: { code } })
    }
    passTime(16 * 60_000)
    expect(await confirm(id, ada, changed.digest)).toMatchObject({ body: { code: 'trade_closed' } })
    expect(await holdings(ada)).toEqual({ COIN: [100, 0] })
  })

  test('200 a repeated key says how the trade stands now', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { id, digest } = await offered([ada, { COIN: 1 }], [grace, {}])
    const key = uniqueKey()
    await confirm(id, ada, digest, key)
    await confirm(id, grace, digest)
    const again = await confirm(id, ada, digest, key)
    expect(again).toMatchObject({ status: 200, body: { status: 'completed' } })
    expect(again.headers.get('idempotency-replayed')).toBe('true')
  })

  test('401 without a credential, 403 for the other side or a key without wallet:write', async () => {
    const [ada, grace] = [await userWith(1), await newUser()]
    const { id: tradeId, digest } = await offered([ada, { COIN: 1 }], [grace, {}])
    const as = (caller: object) =>
      call(tradesConfirm, {
        caller,
        params: { tradeId },
        headers: uniqueKey(),
        json: { userId: ada, digest },
      })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player(grace))).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
    expect((await getTrade(tradeId)).body.initiator.confirmed).toBe(false)
  })
})
