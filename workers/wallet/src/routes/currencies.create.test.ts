import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { uniqueKey } from '../test-money.ts'
import { currenciesCreate } from './currencies.create.ts'

const gem = { code: 'GEM', name: 'Gem', decimals: 2, transferable: true }
const create = (json: object, headers: Record<string, string> = {}) =>
  call(currenciesCreate, { json, headers })

describe('currencies.create', () => {
  test('201, and 409 currency_exists for the same code, but not in another project', async () => {
    expect(await create(gem)).toMatchObject({ status: 201, body: gem })
    expect(await create(gem)).toMatchObject({ status: 409, body: { code: 'currency_exists' } })
    const caller = { projectId: otherProject }
    expect(await call(currenciesCreate, { caller, json: gem })).toMatchObject({ status: 201 })
  })

  test('201 again for the same key, also ten times at once; idempotency_conflict for another body', async () => {
    const headers = uniqueKey()
    const json = { ...gem, code: 'RUBY' }
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(json, headers)))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201))
    expect(await create({ ...json, name: 'Other' }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test.each([
    ['/body/code', { code: 'gem' }],
    ['/body/code', { code: 'G' }],
    ['/body/name', { name: '' }],
    ['/body/decimals', { decimals: 9 }],
    ['/body/decimals', { decimals: 0.5 }],
    ['/body/transferable', { transferable: 'yes' }],
    ['/body/symbol', { symbol: '$' }],
  ])('400 invalid_request at %s for %j', async (pointer, change) => {
    expect(await create({ ...gem, ...change })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer }] },
    })
  })

  test('401 and 403: only a secret key with wallet:write', async () => {
    const as = (caller: object) => call(currenciesCreate, { caller, json: gem })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player('usr_1'))).toMatchObject({ status: 403 })
    expect(await as(secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
  })
})
