import { anonymous, call, otherProject, player, secretKeyWith } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  coin,
  deposit,
  makeCurrencies,
  newUser,
  notesOf,
  uniqueKey,
  userWith,
} from '../test-money.ts'
import { currenciesCreate } from './currencies.create.ts'
import { currenciesUpdate } from './currencies.update.ts'
import { transfersCreate } from './transfers.create.ts'

beforeAll(makeCurrencies)

const make = (code: string) => call(currenciesCreate, { json: { ...coin, code } })
const update = (code: string, json: object, caller: object = {}) =>
  call(currenciesUpdate, { params: { code }, json, caller })

describe('currencies.update', () => {
  test('200 sets what is named and leaves the rest; again it changes nothing', async () => {
    await make('RUBY')
    for (let time = 0; time < 2; time++) {
      expect(await update('RUBY', { name: 'Ruby', decimals: 2 })).toMatchObject({
        status: 200,
        body: { ...coin, code: 'RUBY', name: 'Ruby', decimals: 2 },
      })
    }
    expect((await update('RUBY', {})).body).toMatchObject({ name: 'Ruby' })
  })

  test('409 currency_in_use for other decimals once money has moved; all else may change', async () => {
    await make('OPAL')
    await deposit(await newUser(), 1, 'OPAL')
    expect(await update('OPAL', { decimals: 2, name: 'X' })).toMatchObject({
      status: 409,
      body: { code: 'currency_in_use' },
    })
    expect(await update('OPAL', { decimals: 0, transferable: false, cap: 10 })).toMatchObject({
      status: 200,
      body: { name: 'Coin', transferable: false, cap: 10 },
    })
    // One note: what was refused is no change.
    expect(await notesOf('OPAL')).toEqual(['currencies.create', 'currencies.update'])
  })

  test('a cap refuses the deposit and the transfer that would exceed it, and the money stays', async () => {
    await make('CAPPED')
    await update('CAPPED', { cap: 50 })
    const [ada, grace] = [await userWith(0), await userWith(0)]
    await deposit(ada, 50, 'CAPPED')
    const refused = { status: 409, body: { code: 'currency_cap_exceeded' } }
    expect(await deposit(ada, 1, 'CAPPED')).toMatchObject(refused)
    await deposit(grace, 30, 'CAPPED')
    const json = { to: grace, currency: 'CAPPED', amount: 21 }
    const sent = await call(transfersCreate, { caller: player(ada), headers: uniqueKey(), json })
    expect(sent).toMatchObject(refused)
    expect(await deposit(grace, 20, 'CAPPED')).toMatchObject({ body: { balanceAfter: 50 } })
    expect(await deposit(ada, 1, 'CAPPED')).toMatchObject(refused)
  })

  test('a currency that is no longer transferable is not sent', async () => {
    await make('FIXED')
    const [ada, grace] = [await userWith(0), await userWith(0)]
    await deposit(ada, 50, 'FIXED')
    await update('FIXED', { transferable: false })
    const json = { to: grace, currency: 'FIXED', amount: 1 }
    const sent = await call(transfersCreate, { caller: player(ada), headers: uniqueKey(), json })
    expect(sent).toMatchObject({ body: { code: 'currency_not_transferable' } })
  })

  test('404 currency_not_found, also in another project; 400 invalid_request; 401 and 403', async () => {
    const missing = { status: 404, body: { code: 'currency_not_found' } }
    expect(await update('NONE', { name: 'x' })).toMatchObject(missing)
    expect(await update('COIN', { name: 'x' }, { projectId: otherProject })).toMatchObject(missing)
    for (const json of [{ code: 'X2' }, { decimals: 9 }, { cap: 0 }, { name: '' }]) {
      expect(await update('COIN', json)).toMatchObject({ body: { code: 'invalid_request' } })
    }
    expect(await update('COIN', {}, anonymous())).toMatchObject({ status: 401 })
    expect(await update('COIN', {}, secretKeyWith('wallet:read'))).toMatchObject({ status: 403 })
  })
})
