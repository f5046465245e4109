import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeSampleThing, storedSampleThing, uniqueKey } from '../test-sample-things.ts'
import { sampleThingsUse } from './sample-things.use.ts'

const send = (name: string, headers: Record<string, string> = uniqueKey()) =>
  call(sampleThingsUse, { params: { name }, headers })

describe('sample-things.use', () => {
  test('200 and the count is 5 after five at once', async () => {
    const name = await makeSampleThing()
    const answers = await Promise.all(Array.from({ length: 5 }, () => send(name)))
    expect(new Set(answers.map(({ body }) => body.uses))).toEqual(new Set([1, 2, 3, 4, 5]))
    expect(await storedSampleThing(name)).toMatchObject({ uses: 5 })
  })

  test('200 again for the same key, also ten times at once, and the count is 1', async () => {
    const name = await makeSampleThing()
    const headers = uniqueKey()
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(name, headers)))
    expect(answers.filter(({ status, body }) => status === 200 && body.uses === 1)).toHaveLength(10)
    expect(await storedSampleThing(name)).toMatchObject({ uses: 1 })
  })

  test('409 idempotency_conflict when a key is used for another one', async () => {
    const headers = uniqueKey()
    await send(await makeSampleThing(), headers)
    expect(await send(await makeSampleThing(), headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('400 idempotency_key_required without a key', async () => {
    expect(await send(await makeSampleThing(), {})).toMatchObject({
      status: 400,
      body: { code: 'idempotency_key_required' },
    })
  })

  test('404 not_found, the same for one that is not there and for one of another project', async () => {
    const name = await makeSampleThing()
    const request = { params: { name }, headers: uniqueKey(), caller: { projectId: otherProject } }
    const missing = await send('missing')
    const foreign = await call(sampleThingsUse, request)
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
  })

  test('401 and 403: only a secret key', async () => {
    const request = { params: { name: 'any' }, headers: uniqueKey() }
    const as = (caller: object) => call(sampleThingsUse, { ...request, caller })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player('usr_1'))).toMatchObject({ status: 403 })
  })
})
