import { runInDurableObject } from 'cloudflare:test'
import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { newUser, userWith } from '../test-money.ts'
import {
  confirmBoth,
  makeTradedCurrencies,
  offered,
  offerOf,
  tradeStub,
  unknownTrade,
} from '../test-trades.ts'
import { tradesHistory } from './trades.history.ts'

beforeAll(makeTradedCurrencies)

type Step = { sequence: number; step: string; userId: string | null }
const history = (tradeId: string, query: Record<string, string> = {}, caller: object = {}) =>
  call(tradesHistory, { params: { tradeId }, query, caller })

describe('trades.history', () => {
  test('200 who did what, oldest first, to both sides; paged without a skip', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const trade = await offered([ada, { COIN: 1 }], [grace, { GEM: 1 }])
    await confirmBoth(trade, ada, grace)
    const seen: Step[] = []
    let cursor: string | null = null
    do {
      const query: Record<string, string> = { limit: '3', ...(cursor && { cursor }) }
      const { body } = await history(trade.id, query, player(grace))
      seen.push(...(body.data as Step[]))
      cursor = body.nextCursor as string | null
    } while (cursor)
    expect(seen.map(({ sequence, step, userId }) => [sequence, step, userId])).toEqual([
      [1, 'created', ada],
      [2, 'offered', ada],
      [3, 'offered', grace],
      [4, 'confirmed', ada],
      [5, 'confirmed', grace],
      [6, 'agreed', null],
      [7, 'failed', null],
      [8, 'released', null],
    ])
    expect(seen[2]).toMatchObject({ offer: offerOf({ GEM: 1 }), actor: 'secret' })
    expect(seen[4]).toMatchObject({ digest: trade.digest })
    expect(seen[6]).toMatchObject({ failure: { userId: grace, code: 'insufficient_funds' } })
    expect((await history(trade.id, {}, player(ada))).body.data).toEqual(seen)
  })

  test('404 not_found for a foreigner and for no trade; 400 for a cursor of another trade', async () => {
    const [ada, grace, eve] = [await userWith(1), await newUser(), await newUser()]
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    const other = await offered([ada, { COIN: 1 }], [grace, {}])
    for (const answer of [history(id, {}, player(eve)), history(unknownTrade)]) {
      expect(await answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    const { body } = await history(id, { limit: '1' })
    expect(await history(other.id, { cursor: body.nextCursor as string })).toMatchObject({
      body: { code: 'invalid_request' },
    })
  })

  test.each(['UPDATE history SET userId = 1', 'DELETE FROM history'])('refuses %s', async (sql) => {
    const [ada, grace] = [await userWith(1), await newUser()]
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    await runInDurableObject(tradeStub(id), (_, state) => {
      expect(() => state.storage.sql.exec(sql)).toThrow('append-only')
    })
  })

  test('401 without a credential, 403 for a key without wallet:read', async () => {
    expect(await history(unknownTrade, {}, anonymous())).toMatchObject({ status: 401 })
    const stranger = secretKeyWith('users:read')
    expect(await history(unknownTrade, {}, stranger)).toMatchObject({ status: 403 })
  })
})
