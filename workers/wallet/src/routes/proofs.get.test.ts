import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { proofsCreate } from './proofs.create.ts'
import { proofsGet } from './proofs.get.ts'

describe('proofs.get', () => {
  test('404 not_found before the first; then 200 the newest, or the one of a number', async () => {
    expect(await call(proofsGet)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    const [first, second] = [await call(proofsCreate), await call(proofsCreate)]
    expect(await call(proofsGet)).toMatchObject({ status: 200, body: second.body })
    const query = { number: '1' }
    expect(await call(proofsGet, { query })).toMatchObject({ status: 200, body: first.body })
    for (const caller of [{ projectId: otherProject }]) {
      expect(await call(proofsGet, { caller, query })).toMatchObject({ status: 404 })
    }
    expect(await call(proofsGet, { query: { number: '9' } })).toMatchObject({ status: 404 })
  })

  test('400 invalid_request for no number, 401, 403 for a player', async () => {
    expect(await call(proofsGet, { query: { number: '0' } })).toMatchObject({ status: 400 })
    expect(await call(proofsGet, { caller: anonymous() })).toMatchObject({ status: 401 })
    expect(await call(proofsGet, { caller: player('usr_1') })).toMatchObject({ status: 403 })
  })
})
