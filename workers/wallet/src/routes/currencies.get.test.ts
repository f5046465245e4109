import { anonymous, call, otherProject, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { coin, makeCurrencies } from '../test-money.ts'
import { currenciesGet } from './currencies.get.ts'

beforeAll(makeCurrencies)

const get = (code: string, caller: object = publishableKey()) =>
  call(currenciesGet, { params: { code }, caller })

describe('currencies.get', () => {
  test('200 for anyone in the project', async () => {
    expect(await get('COIN')).toMatchObject({ status: 200, body: coin })
  })

  test('404 currency_not_found for none and for another project’s, 400 invalid_request, 401', async () => {
    const missing = { status: 404, body: { code: 'currency_not_found' } }
    expect(await get('GOLD')).toMatchObject(missing)
    expect(await get('COIN', { projectId: otherProject })).toMatchObject(missing)
    expect(await get('coin')).toMatchObject({ body: { code: 'invalid_request' } })
    expect(await get('COIN', anonymous())).toMatchObject({ status: 401 })
  })
})
