import { anonymous, call, otherProject, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { coin, coinsOf, deposit, makeCurrencies, newUser, notesOf } from '../test-money.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesDelete } from './currencies.delete.ts'
import { currenciesGet } from './currencies.get.ts'

beforeAll(makeCurrencies)

const make = (code: string) => call(currenciesCreate, { json: { ...coin, code } })
const remove = (code: string, caller: object = {}) =>
  call(currenciesDelete, { params: { code }, caller })

describe('currencies.delete', () => {
  test('204 for one that was never used, then 404 currency_not_found', async () => {
    await make('RUBY')
    expect(await remove('RUBY', { projectId: otherProject })).toMatchObject({ status: 404 })
    expect(await call(currenciesGet, { params: { code: 'RUBY' } })).toMatchObject({ status: 200 })
    expect(await remove('RUBY')).toMatchObject({ status: 204 })
    expect(await remove('RUBY')).toMatchObject({ body: { code: 'currency_not_found' } })
    expect(await deposit(await newUser(), 1, 'RUBY')).toMatchObject({ status: 404 })
    // Only what happened: these projects have no audit log, so the notes wait.
    expect(await notesOf('RUBY')).toEqual(['currencies.create', 'currencies.delete'])
  })

  test('409 currency_in_use once money of it has moved', async () => {
    const ada = await newUser()
    await deposit(ada, 1)
    expect(await remove('COIN')).toMatchObject({ status: 409, body: { code: 'currency_in_use' } })
    expect(await coinsOf(ada)).toMatchObject({ posted: 1 })
  })

  test('of a deposit and a deletion at once exactly one happens', async () => {
    for (let round = 0; round < 10; round++) {
      const [code, ada] = [`RACE${round}`, await newUser()]
      await make(code)
      const [gone, put] = await Promise.all([remove(code), deposit(ada, 1, code)])
      expect([gone.status === 204, put.status === 201].filter(Boolean)).toHaveLength(1)
    }
  })

  test('400 invalid_request, 401 and 403', async () => {
    expect(await remove('x')).toMatchObject({ body: { code: 'invalid_request' } })
    expect(await remove('COIN', anonymous())).toMatchObject({ status: 401 })
    expect(await remove('COIN', secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
  })
})
