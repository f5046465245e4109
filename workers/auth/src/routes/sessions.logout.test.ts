import { anonymous, call } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  announcementsOf,
  refused,
  insertSession,
  recordAnnouncements,
  sessionsOf,
} from '../testing.ts'
import { sessionsLogout } from './sessions.logout.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

const logOut = (refreshToken: unknown) =>
  call(sessionsLogout, { json: { refreshToken }, caller: anonymous() })
const refresh = (refreshToken: string) =>
  call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })

describe('sessions.logout', () => {
  beforeAll(recordAnnouncements)

  test('204 and the refresh token is dead at once', async () => {
    const { userId, refreshToken } = await insertSession()
    expect(await logOut(refreshToken)).toMatchObject({ status: 204, body: '' })
    expect(await refresh(refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
    const [, , revoked] = await announcementsOf(userId)
    expect(revoked).toMatchObject({ type: 'auth.session.revoked', data: { reason: 'logout' } })
  })

  test('204 with an older token of the session too', async () => {
    const { refreshToken } = await insertSession()
    const { body } = await refresh(refreshToken)
    expect((await logOut(refreshToken)).status).toBe(204)
    expect(await refresh(body.refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
  })

  test('204 again, and for ten at once, with one end and one announcement', async () => {
    const { userId, refreshToken } = await insertSession()
    const all = await Promise.all(Array.from({ length: 10 }, () => logOut(refreshToken)))
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([204]))
    const [session] = await sessionsOf(userId)
    expect((await logOut(refreshToken)).status).toBe(204)
    expect(await sessionsOf(userId)).toEqual([session])
    const types = (await announcementsOf(userId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'auth.session.revoked')).toHaveLength(1)
  })

  test('204 leaves no living token when a refresh runs at the same time', async () => {
    const { refreshToken } = await insertSession()
    const [refreshed] = await Promise.all([refresh(refreshToken), logOut(refreshToken)])
    const newest = refreshed.status === 200 ? refreshed.body.refreshToken : refreshToken
    expect(await refresh(newest)).toMatchObject(refused(401, 'invalid_refresh_token'))
  })

  test('204 for a token that nobody was given, and other sessions go on', async () => {
    const { refreshToken } = await insertSession()
    expect((await logOut('rt_nothing')).status).toBe(204)
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  test.each([undefined, '', 7, null])('400 invalid_request for the token %j', async (token) => {
    expect(await logOut(token)).toMatchObject(refused(400, 'invalid_request'))
  })

  test('400 invalid_request for an unknown field', async () => {
    const json = { refreshToken: 'a', everywhere: true }
    const answer = await call(sessionsLogout, { json, caller: anonymous() })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
  })
})
