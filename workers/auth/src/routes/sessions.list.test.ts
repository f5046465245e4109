import { anonymous, call, player } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { endOwnSession } from '../own-sessions.ts'
import { sessions } from '../schema.ts'
import {
  database,
  inSession,
  insertSession,
  insertSessionOf,
  refused,
  sessionsOf,
} from '../testing.ts'
import { sessionsList } from './sessions.list.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

describe('sessions.list', () => {
  test('200 the open sessions with their devices, newest first, and which one asks', async () => {
    const { userId } = await insertSession({ device: 'Phone/1.0' })
    await insertSessionOf(userId, 'Laptop/2.0')
    const { status, body } = await call(sessionsList, { caller: await inSession(userId) })
    expect(status).toBe(200)
    expect(body.data.map(({ device }: { device: string }) => device)).toEqual([
      'Laptop/2.0',
      'Phone/1.0',
    ])
    expect(body.data.map(({ isCurrent }: { isCurrent: boolean }) => isCurrent)).toEqual([
      true,
      false,
    ])
  })

  test('200 a device of at most 200 characters, null for one that said nothing', async () => {
    const { userId } = await insertSession({ device: 'x'.repeat(1_000) })
    await insertSessionOf(userId)
    const { body } = await call(sessionsList, { caller: player(userId) })
    expect(body.data.map(({ device }: { device: string | null }) => device)).toEqual([
      null,
      'x'.repeat(200),
    ])
  })

  test('200 says when a session was last used: at its login, then at its last refresh', async () => {
    const { userId, refreshToken } = await insertSession({ age: 60_000 })
    const before = await call(sessionsList, { caller: player(userId) })
    expect(before.body.data[0].lastUsedAt).toBe(before.body.data[0].createdAt)
    await call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })
    const after = await call(sessionsList, { caller: player(userId) })
    expect(after.body.data[0].lastUsedAt > after.body.data[0].createdAt).toBe(true)
  })

  test('200 without those that have ended or run out, and without those of others', async () => {
    const { userId } = await insertSession()
    await insertSession()
    await insertSessionOf(userId)
    const [first, second] = await sessionsOf(userId)
    await database.update(sessions).set({ expiresAt: 1 }).where(eq(sessions.id, first!.id))
    await endOwnSession(database, player(userId), second!.id)
    expect((await call(sessionsList, { caller: player(userId) })).body.data).toEqual([])
  })

  test('200 over pages, and 400 invalid_request for a cursor of somebody else', async () => {
    const { userId } = await insertSession()
    await insertSessionOf(userId)
    const caller = player(userId)
    const first = await call(sessionsList, { caller, query: { limit: '1' } })
    const query = { limit: '1', cursor: first.body.nextCursor as string }
    const second = await call(sessionsList, { caller, query })
    expect(second.body.nextCursor).toBeNull()
    expect(second.body.data[0].id < first.body.data[0].id).toBe(true)
    const other = await insertSession()
    const foreign = await call(sessionsList, { caller: player(other.userId), query })
    expect(foreign).toMatchObject(refused(400, 'invalid_request'))
  })

  test('401 unauthenticated without a token, 403 forbidden for a key', async () => {
    const without = await call(sessionsList, { caller: anonymous() })
    expect(without).toMatchObject(refused(401, 'unauthenticated'))
    expect(await call(sessionsList)).toMatchObject(refused(403, 'forbidden'))
  })
})
