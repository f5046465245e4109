import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeSampleThing, storedSampleThing, uniqueKey } from '../test-sample-things.ts'
import { sampleThingsDelete } from './sample-things.delete.ts'

const remove = (name: string, headers: Record<string, string> = {}) =>
  call(sampleThingsDelete, { params: { name }, headers })

describe('sample-things.delete', () => {
  test('204 and it is gone, then 404 not_found', async () => {
    const name = await makeSampleThing()
    expect(await remove(name)).toMatchObject({ status: 204 })
    expect(await storedSampleThing(name)).toBeUndefined()
    expect(await remove(name)).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('204 again for the same key, and what was made anew in between stays', async () => {
    const name = await makeSampleThing()
    const headers = uniqueKey()
    await remove(name, headers)
    await makeSampleThing(name)
    const second = await remove(name, headers)
    expect(second.status).toBe(204)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await storedSampleThing(name)).toBeDefined()
  })

  test('409 idempotency_conflict when a key is used for another one', async () => {
    const headers = uniqueKey()
    await remove(await makeSampleThing(), headers)
    expect(await remove(await makeSampleThing(), headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('404 not_found for one of another project, and it stays', async () => {
    const name = await makeSampleThing()
    const request = { params: { name }, caller: { projectId: otherProject } }
    const foreign = await call(sampleThingsDelete, request)
    expect(foreign).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await storedSampleThing(name)).toBeDefined()
  })

  test('401 and 403: only a secret key', async () => {
    const as = (caller: object) => call(sampleThingsDelete, { params: { name: 'any' }, caller })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player('usr_1'))).toMatchObject({ status: 403 })
  })
})
