import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { makeCurrencies, newUser, uniqueKey, userWith } from '../test-money.ts'
import { transfersCreate } from './transfers.create.ts'
import { transfersGet } from './transfers.get.ts'

beforeAll(makeCurrencies)

async function sent(from: string, to: string) {
  const json = { from, to, currency: 'COIN', amount: 30, memo: 'rent' }
  const { body } = await call(transfersCreate, { headers: uniqueKey(), json })
  await vi.waitFor(async () => {
    const { body: seen } = await call(transfersGet, { params: { transferId: body.id } })
    expect(seen.status).toBe('completed')
  }, 10_000)
  return body
}

describe('transfers.get', () => {
  test('200 for the sender, the recipient and a key: the same transfer', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const made = await sent(ada, grace)
    for (const caller of [player(ada), player(grace), {}]) {
      const answer = await call(transfersGet, { caller, params: { transferId: made.id } })
      expect(answer).toMatchObject({
        status: 200,
        body: { ...made, createdAt: expect.any(String) },
      })
    }
  })

  test('404 not_found for a stranger, another project and an unknown id; 401, 403, 400', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const params = { transferId: (await sent(ada, grace)).id as string }
    for (const caller of [player(await newUser()), { projectId: otherProject }]) {
      const answer = await call(transfersGet, { caller, params })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    const unknown = { transferId: 'trf_00000000000000000000000000' }
    expect(await call(transfersGet, { params: unknown })).toMatchObject({ status: 404 })
    expect(await call(transfersGet, { caller: anonymous(), params })).toMatchObject({ status: 401 })
    const caller = publishableKey()
    expect(await call(transfersGet, { caller, params })).toMatchObject({ status: 403 })
    expect(await call(transfersGet, { params: { transferId: 'x' } })).toMatchObject({ status: 400 })
  })
})
