import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { makeSampleThing, storedSampleThing, uniqueKey } from '../test-sample-things.ts'
import { sampleThingsUpdate } from './sample-things.update.ts'

const update = (name: string, json: object, headers: Record<string, string> = {}) =>
  call(sampleThingsUpdate, { params: { name }, json, headers })

describe('sample-things.update', () => {
  test('200 with the new note, which is stored', async () => {
    const name = await makeSampleThing()
    const body = { name, note: 'another' }
    expect(await update(name, { note: 'another' })).toMatchObject({ status: 200, body })
    expect(await storedSampleThing(name)).toMatchObject({ note: 'another', version: 2 })
  })

  test('200 for each of five different changes at once: none is lost', async () => {
    const name = await makeSampleThing()
    const notes = ['1', '2', '3', '4', '5']
    const answers = await Promise.all(notes.map((note) => update(name, { note })))
    expect(answers.map(({ body }) => body.note)).toEqual(notes)
    expect(await storedSampleThing(name)).toMatchObject({ version: 6 })
  })

  test('200 again for the same key, without a second change', async () => {
    const name = await makeSampleThing()
    const headers = uniqueKey()
    const first = await update(name, { note: 'once' }, headers)
    const second = await update(name, { note: 'once' }, headers)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await storedSampleThing(name)).toMatchObject({ version: 2 })
  })

  test('409 idempotency_conflict when a key is used for another change', async () => {
    const name = await makeSampleThing()
    const headers = uniqueKey()
    await update(name, { note: 'one' }, headers)
    expect(await update(name, { note: 'other' }, headers)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_conflict' },
    })
  })

  test('404 not_found, the same for one that is not there and for one of another project', async () => {
    const name = await makeSampleThing()
    const request = { params: { name }, json: { note: '' }, caller: { projectId: otherProject } }
    const missing = await update('missing', { note: '' })
    const foreign = await call(sampleThingsUpdate, request)
    expect(missing).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...missing.body, requestId: '' })
  })

  test.each([
    ['/body/note', { note: 7 }],
    ['/body/note', {}],
    ['/body/name', { note: '', name: 'other' }],
  ])('400 invalid_request at %s for %j', async (pointer, json) => {
    expect(await update(await makeSampleThing(), json)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer }] },
    })
  })

  test('401 and 403: only a secret key', async () => {
    const request = { params: { name: 'any' }, json: { note: '' } }
    const as = (caller: object) => call(sampleThingsUpdate, { ...request, caller })
    expect(await as(anonymous())).toMatchObject({ status: 401 })
    expect(await as(player('usr_1'))).toMatchObject({ status: 403 })
  })
})
