import { anonymous, call, otherProject, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  announcementsOf,
  insertSession,
  insertSessionOf,
  recordAnnouncements,
  refused,
  sessionsOf,
} from '../testing.ts'
import { sessionsDelete } from './sessions.delete.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

const refresh = (refreshToken: string) =>
  call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })
const end = (userId: string, sessionId: string, more = {}) =>
  call(sessionsDelete, { params: { sessionId }, caller: { ...player(userId), ...more } })

describe('sessions.delete', () => {
  beforeAll(recordAnnouncements)

  test('204 ends that session and no other, also a second time, and announces it once', async () => {
    const { userId, refreshToken } = await insertSession()
    const [lost] = await sessionsOf(userId)
    const kept = await insertSessionOf(userId)
    expect((await end(userId, lost!.id)).status).toBe(204)
    expect((await end(userId, lost!.id)).status).toBe(204)
    expect(await refresh(refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
    expect((await refresh(kept.refreshToken)).status).toBe(200)
    const types = (await announcementsOf(userId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'auth.session.revoked')).toHaveLength(1)
  })

  test('404 not_found, and nothing ended, for a session of somebody else or of another project', async () => {
    const [own, other] = [await insertSession(), await insertSession()]
    const [foreign] = await sessionsOf(other.userId)
    const answers = [
      await end(own.userId, foreign!.id),
      await end(other.userId, foreign!.id, { projectId: otherProject }),
      await end(own.userId, 'ses_00000000000000000000000000'),
    ]
    for (const answer of answers) expect(answer).toMatchObject(refused(404, 'not_found'))
    expect((await refresh(other.refreshToken)).status).toBe(200)
  })

  test('400 invalid_request for what is no id, 403 forbidden for a key', async () => {
    expect(await end('usr_x', 'nonsense')).toMatchObject(refused(400, 'invalid_request'))
    const params = { sessionId: 'ses_00000000000000000000000000' }
    expect(await call(sessionsDelete, { params })).toMatchObject(refused(403, 'forbidden'))
  })
})
