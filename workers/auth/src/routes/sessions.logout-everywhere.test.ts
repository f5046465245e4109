import { anonymous, call, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  announcementsOf,
  insertSession,
  insertSessionOf,
  recordAnnouncements,
  refused,
} from '../testing.ts'
import { sessionsLogoutEverywhere } from './sessions.logout-everywhere.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

const refresh = (refreshToken: string) =>
  call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })

describe('sessions.logout-everywhere', () => {
  beforeAll(recordAnnouncements)

  test('204 ends every session of the player, of nobody else, and announces it', async () => {
    const { userId, refreshToken } = await insertSession()
    const second = await insertSessionOf(userId)
    const other = await insertSession()
    const caller = player(userId)
    expect((await call(sessionsLogoutEverywhere, { caller })).status).toBe(204)
    for (const token of [refreshToken, second.refreshToken]) {
      expect(await refresh(token)).toMatchObject(refused(401, 'invalid_refresh_token'))
    }
    expect((await refresh(other.refreshToken)).status).toBe(200)
    expect((await announcementsOf(userId)).at(-1)).toMatchObject({
      type: 'auth.sessions.revoked',
      data: { reason: 'logout_everywhere' },
    })
    expect((await call(sessionsLogoutEverywhere, { caller })).status).toBe(204)
  })

  test('401 unauthenticated without a token, 403 forbidden for a key', async () => {
    const without = await call(sessionsLogoutEverywhere, { caller: anonymous() })
    expect(without).toMatchObject(refused(401, 'unauthenticated'))
    expect(await call(sessionsLogoutEverywhere)).toMatchObject(refused(403, 'forbidden'))
  })
})
