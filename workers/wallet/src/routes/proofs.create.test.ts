import { anonymous, call, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { sweepRebuilds } from '../rebuild.ts'
import { bindings, makeCurrencies, uniqueKey, userWith } from '../test-money.ts'
import { currenciesCreate } from './currencies.create.ts'
import { proofsCreate } from './proofs.create.ts'
import { rebuildsCreate } from './rebuilds.create.ts'
import { supplyList } from './supply.list.ts'

beforeAll(makeCurrencies)

describe('proofs.create', () => {
  test('201 complete, chained to the one before; the same key is the same proof', async () => {
    await userWith(100)
    await vi.waitFor(async () => {
      expect((await call(supplyList)).body.data).toMatchObject([{ wallets: '100' }])
    }, 10_000)
    const headers = uniqueKey()
    const first = await call(proofsCreate, { headers })
    expect(first).toMatchObject({
      status: 201,
      body: { number: 1, status: 'complete', wallets: 1, entries: 1, previousHash: null },
    })
    const again = await call(proofsCreate, { headers })
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    const second = await call(proofsCreate)
    expect(second.body).toMatchObject({
      number: 2,
      root: first.body.root,
      previousRoot: first.body.root,
      previousHash: first.body.hash,
    })
    expect(second.body.hash).not.toBe(first.body.hash)
  })

  test('201 for several at once, each with a number of its own', async () => {
    const made = await Promise.all(Array.from({ length: 4 }, () => call(proofsCreate)))
    expect(made.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(made.map(({ body }) => body.number)).size).toBe(4)
  })

  test('409 idempotency_conflict for a key that has made something else', async () => {
    const headers = uniqueKey()
    const json = { code: 'GEM', name: 'Gem', decimals: 0, transferable: true }
    expect(await call(currenciesCreate, { headers, json })).toMatchObject({ status: 201 })
    expect(await call(proofsCreate, { headers })).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('409 rebuild_running while the copy is being made anew', async () => {
    await call(rebuildsCreate)
    expect(await call(proofsCreate)).toMatchObject({
      status: 409,
      body: { code: 'rebuild_running' },
    })
    await sweepRebuilds(bindings)
    expect(await call(proofsCreate)).toMatchObject({ status: 201 })
  })

  test('401 and 403 but for a key with wallet:write', async () => {
    expect(await call(proofsCreate, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), secretKeyWith('wallet:read')]) {
      expect(await call(proofsCreate, { caller })).toMatchObject({ status: 403 })
    }
  })
})
