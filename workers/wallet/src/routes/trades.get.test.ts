import { runInDurableObject } from 'cloudflare:test'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { newUser, userWith } from '../test-money.ts'
import {
  getTrade,
  makeTradedCurrencies,
  offered,
  offerOf,
  passTime,
  tradeStub,
  unknownTrade,
} from '../test-trades.ts'
import { tradesGet } from './trades.get.ts'

beforeAll(makeTradedCurrencies)
afterEach(() => {
  vi.useRealTimers()
})

describe('trades.get', () => {
  test('200 the same for both sides and for a key that may read', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { id, digest } = await offered([ada, { COIN: 1 }], [grace, { GEM: 2 }])
    const answers = await Promise.all([
      getTrade(id, player(ada)),
      getTrade(id, player(grace)),
      getTrade(id, secretKeyWith('wallet:read')),
    ])
    for (const { status, body } of answers) {
      expect(status).toBe(200)
      expect(body).toMatchObject({
        id,
        digest,
        version: 2,
        partner: { offer: offerOf({ GEM: 2 }) },
      })
    }
  })

  test('200 expired exactly at its deadline, before anything has written it down', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}], { expiresInSeconds: 600 })
    const { body } = await getTrade(id)
    for (const [early, status] of [
      [1, 'open'],
      [0, 'expired'],
    ] as const) {
      vi.useFakeTimers({ now: Date.parse(body.expiresAt) - early, toFake: ['Date'] })
      expect((await getTrade(id)).body.status).toBe(status)
    }
    passTime(1_000)
    expect((await getTrade(id)).body.endedAt).toBe(body.expiresAt)
  })

  test('404 not_found, one answer for a foreigner, another project and no trade; asking leaves nothing behind', async () => {
    const [ada, grace, eve] = [await userWith(1), await newUser(), await newUser()]
    const { id } = await offered([ada, { COIN: 1 }], [grace, {}])
    const bodies = await Promise.all([
      getTrade(id, player(eve)),
      getTrade(id, { projectId: otherProject }),
      getTrade(unknownTrade),
    ])
    const texts = bodies.map(({ body }) => JSON.stringify({ ...body, requestId: '' }))
    expect(bodies[0]).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(new Set(texts).size).toBe(1)
    await runInDurableObject(tradeStub(unknownTrade), (_, state) => {
      const tables = state.storage.sql.exec(`SELECT name FROM sqlite_master WHERE name = 'trade'`)
      expect(tables.toArray()).toEqual([])
    })
  })

  test('401 without a credential, 403 for a publishable key or one without wallet:read', async () => {
    const params = { tradeId: unknownTrade }
    const as = (caller: object) => call(tradesGet, { params, caller })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(publishableKey())).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('users:read'))).toMatchObject({ status: 403 })
  })
})
