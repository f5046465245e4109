import { anonymous, call, otherProject } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { describe, expect, test } from 'vitest'
import { makeSampleThing } from '../test-sample-things.ts'
import { sampleThingsList } from './sample-things.list.ts'

/** A project of its own for each test, so that they do not see each other's rows. */
const projectOf = (last: string) => `prj_01k9x6c3v5t8r2m4n7p0q1s2${last}`

describe('sample-things.list', () => {
  test('200 with every one, by name, over as many pages as it takes', async () => {
    const projectId = projectOf('a1')
    for (const name of ['c', 'a', 'e', 'b', 'd']) await makeSampleThing(name, projectId)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: Record<string, string> = { limit: '2', ...(cursor && { cursor }) }
      const { body } = await call(sampleThingsList, { query, caller: { projectId } })
      seen.push(...body.data.map(({ name }: { name: string }) => name))
      cursor = body.nextCursor
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  test('200 and empty for a project that has none', async () => {
    const caller = { projectId: projectOf('a2') }
    const empty = { data: [], nextCursor: null }
    expect(await call(sampleThingsList, { caller })).toMatchObject({ status: 200, body: empty })
  })

  test('200 what it cost, for who asks', async () => {
    const caller = { projectId: projectOf('a4') }
    for (const name of ['a', 'b']) await makeSampleThing(name, caller.projectId)
    const { read, written } = await callCounting(sampleThingsList, { caller })
    expect(read).toBeGreaterThanOrEqual(2)
    expect(written).toBe(0)
    expect(tellsNoCost((await call(sampleThingsList, { caller })).headers)).toBe(true)
  })

  test('400 invalid_request for a cursor of another project', async () => {
    const caller = { projectId: projectOf('a3') }
    for (const name of ['a', 'b']) await makeSampleThing(name, caller.projectId)
    const { body } = await call(sampleThingsList, { query: { limit: '1' }, caller })
    const request = { query: { cursor: body.nextCursor }, caller: { projectId: otherProject } }
    expect(await call(sampleThingsList, request)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/cursor' }] },
    })
  })

  test.each([
    ['/query/limit', { limit: '0' }],
    ['/query/limit', { limit: '101' }],
    ['/query/limit', { limit: 'many' }],
    ['/query/colour', { colour: 'red' }],
  ])('400 invalid_request at %s for %j', async (pointer, query) => {
    expect(await call(sampleThingsList, { query })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer }] },
    })
  })

  test('401 without a credential', async () => {
    expect(await call(sampleThingsList, { caller: anonymous() })).toMatchObject({ status: 401 })
  })
})
