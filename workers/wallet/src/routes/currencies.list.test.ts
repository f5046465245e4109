import { anonymous, call, otherProject, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { badge, coin, makeCurrencies } from '../test-money.ts'
import { currenciesList } from './currencies.list.ts'

beforeAll(makeCurrencies)

describe('currencies.list', () => {
  test('200 by code, paged, for anyone in the project', async () => {
    const caller = publishableKey()
    const first = await call(currenciesList, { caller, query: { limit: '1' } })
    expect(first.body.data).toEqual([badge])
    const query = { limit: '1', cursor: first.body.nextCursor }
    const second = await call(currenciesList, { caller, query })
    expect(second.body).toEqual({ data: [coin], nextCursor: null })
  })

  test('200 with nothing of another project, 401 without a credential', async () => {
    const foreign = await call(currenciesList, { caller: { projectId: otherProject } })
    expect(foreign.body.data).toEqual([])
    expect(await call(currenciesList, { caller: anonymous() })).toMatchObject({ status: 401 })
  })
})
