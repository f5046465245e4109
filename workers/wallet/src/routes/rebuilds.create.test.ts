import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { expect, test } from 'vitest'
import { sweepRebuilds } from '../rebuild.ts'
import { bindings, uniqueKey } from '../test-money.ts'
import { currenciesCreate } from './currencies.create.ts'
import { proofsCreate } from './proofs.create.ts'
import { rebuildsCreate } from './rebuilds.create.ts'

test('201, the same for the same key; 409 rebuild_running for another until it is finished', async () => {
  const headers = uniqueKey()
  const made = await call(rebuildsCreate, { headers })
  expect(made).toMatchObject({ status: 201, body: { number: 1, status: 'running', entries: 0 } })
  expect(await call(rebuildsCreate, { headers })).toMatchObject({ status: 201, body: made.body })
  for (const route of [rebuildsCreate, proofsCreate]) {
    expect(await call(route)).toMatchObject({ status: 409, body: { code: 'rebuild_running' } })
  }
  const caller = { projectId: otherProject }
  expect(await call(rebuildsCreate, { caller })).toMatchObject({ status: 201 })
  await sweepRebuilds(bindings)
  expect(await call(rebuildsCreate)).toMatchObject({ status: 201, body: { number: 2 } })
})

test('409 idempotency_conflict for a key that has made something else', async () => {
  const headers = uniqueKey()
  const json = { code: 'GEM', name: 'Gem', decimals: 0, transferable: true }
  await call(currenciesCreate, { headers, json })
  expect(await call(rebuildsCreate, { headers })).toMatchObject({
    status: 409,
    body: { code: 'idempotency_conflict' },
  })
})

test('401 and 403 but for a key with wallet:write', async () => {
  expect(await call(rebuildsCreate, { caller: anonymous() })).toMatchObject({ status: 401 })
  for (const caller of [player('usr_1'), secretKeyWith('wallet:read')]) {
    expect(await call(rebuildsCreate, { caller })).toMatchObject({ status: 403 })
  }
})
