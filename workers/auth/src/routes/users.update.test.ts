import { call, otherProject, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { inSession, insertSessionOf, insertUser, refused } from '../testing.ts'
import { usersErase } from './users.erase.ts'
import { usersGet } from './users.get.ts'
import { usersMe } from './users.me.ts'
import { usersUpdate } from './users.update.ts'

const update = (userId: string, json: object, key?: string) =>
  call(usersUpdate, {
    json,
    caller: player(userId),
    headers: key ? { 'idempotency-key': key } : {},
  })

describe('users.update', () => {
  test('200 the new name, trimmed, or none', async () => {
    const { id } = await insertUser()
    expect((await update(id, { displayName: ' Grace ' })).body.displayName).toBe('Grace')
    expect((await call(usersMe, { caller: player(id) })).body.displayName).toBe('Grace')
    expect((await update(id, { displayName: null })).body.displayName).toBeNull()
  })

  test('200 the first answer when the key is repeated, 409 idempotency_conflict for another name', async () => {
    const { id } = await insertUser()
    const first = await update(id, { displayName: 'Grace' }, 'name')
    await update(id, { displayName: 'Later' })
    const second = await update(id, { displayName: 'Grace' }, 'name')
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await call(usersMe, { caller: player(id) })).body.displayName).toBe('Later')
    const third = await update(id, { displayName: 'Other' }, 'name')
    expect(third).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('404 not_found for a player of another project, 403 forbidden for a key', async () => {
    const { id } = await insertUser(otherProject)
    expect(await update(id, { displayName: 'x' })).toMatchObject(refused(404, 'not_found'))
    const asKey = await call(usersUpdate, { json: { displayName: 'x' } })
    expect(asKey).toMatchObject(refused(403, 'forbidden'))
  })

  test('404 not_found for a player who was erased, of whom nothing is kept again', async () => {
    const { id } = await insertUser()
    await insertSessionOf(id)
    await call(usersErase, { caller: await inSession(id) })
    expect(await update(id, { displayName: 'Grace' })).toMatchObject(refused(404, 'not_found'))
    expect((await call(usersGet, { params: { userId: id } })).body.displayName).toBeNull()
  })

  test.each([
    {},
    { displayName: ' ' },
    { displayName: 'x'.repeat(65) },
    { email: 'x@example.com' },
  ])('400 invalid_request for %j', async (json) => {
    expect(await update('usr_x', json)).toMatchObject(refused(400, 'invalid_request'))
  })
})
