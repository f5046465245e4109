import { env } from 'cloudflare:workers'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { findKey, noteUse } from '../api-keys.ts'
import { refused } from '../testing.ts'
import { newTenant, testGuards } from '../testing-tenants.ts'
import { keysCreate } from './keys.create.ts'
import { keysList } from './keys.list.ts'

const json = { kind: 'publishable', name: 'game' }

describe('keys.list', () => {
  test('200 every key of the project once, newest first, without a secret', async () => {
    const { owner, as } = await newTenant()
    const secrets: string[] = []
    for (let each = 0; each < 3; each++) {
      secrets.push((await call(keysCreate, { json, caller: owner })).body.secret)
    }
    const caller = as('viewer')
    const { projectId } = owner
    const query = { limit: '2' }
    const first = await call(keysList, { query, caller: { ...caller, projectId } })
    const cursor = first.body.nextCursor as string
    const second = await call(keysList, { query: { ...query, cursor }, caller })
    const keys = [...first.body.data, ...second.body.data]
    expect(keys).toHaveLength(3)
    const ids = keys.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(ids.toSorted().toReversed())
    for (const secret of secrets) expect(JSON.stringify(keys)).not.toContain(secret.slice(-49))
  })

  test('200 with the minute of the last use, however many uses there were in it', async () => {
    const { owner } = await newTenant()
    const { secret } = (await call(keysCreate, { json, caller: owner })).body
    const listed = async () => (await call(keysList, { caller: owner })).body.data[0].lastUsedAt
    expect(await listed()).toBeNull()
    const uses = await Promise.all([1, 2, 3].map(() => findKey(env, secret)))
    for (const use of uses) await noteUse(env.AUTH_DB, use!)
    expect(await listed()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:00\.000Z$/)
    expect((await findKey(env, secret))?.lastUsedAt).toBeTypeOf('number')
  })

  test('404 not_found in a project of another tenant', async () => {
    const { owner } = await newTenant()
    const { projectId } = await newTenant()
    const answer = await call(keysList, { caller: { ...owner, projectId } })
    expect(answer).toMatchObject(refused(404, 'not_found'))
  })

  testGuards(keysList, {}, [])
})
