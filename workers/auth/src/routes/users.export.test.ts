import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { call, otherProject, player, testProject } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { findOrCreatePlayer } from '../discord.ts'
import { inSession, insertSession, insertSessionOf, insertUser, refused } from '../testing.ts'
import { sessionsLogoutEverywhere } from './sessions.logout-everywhere.ts'
import { usersExport } from './users.export.ts'
import { usersMe } from './users.me.ts'

describe('users.export', () => {
  test('200 the user and every session with its device, ended ones too', async () => {
    const { userId } = await insertSession({ device: 'Phone/1.0' })
    await call(sessionsLogoutEverywhere, { caller: player(userId) })
    await insertSessionOf(userId, 'Laptop/2.0')
    const caller = await inSession(userId)
    const { status, body } = await call(usersExport, { caller })
    expect(status).toBe(200)
    expect(body.user).toEqual((await call(usersMe, { caller })).body)
    expect(body.sessions).toMatchObject([
      { device: 'Laptop/2.0', isCurrent: true, revokedAt: null },
      { device: 'Phone/1.0', isCurrent: false, revokedAt: expect.any(String) },
    ])
  })

  test('200 the identities elsewhere', async () => {
    const discordUser = { discordId: '80351110224678999', displayName: 'grace' }
    const { userId } = await findOrCreatePlayer(env.AUTH_DB, systemCaller(testProject), discordUser)
    const { body } = await call(usersExport, { caller: player(userId) })
    expect(body.identities).toMatchObject([
      { provider: 'discord', providerUserId: '80351110224678999' },
    ])
  })

  test('200 no hash, no token, and nothing of anybody else', async () => {
    const { userId, refreshToken } = await insertSession()
    const other = await insertSession({ device: 'Other/1.0' })
    const text = JSON.stringify((await call(usersExport, { caller: player(userId) })).body)
    for (const secret of ['scrypt', refreshToken, other.userId, 'Other/1.0']) {
      expect(text).not.toContain(secret)
    }
  })

  test('404 not_found for a player of another project, 403 forbidden for a key', async () => {
    const { id } = await insertUser(otherProject)
    const foreign = await call(usersExport, { caller: player(id) })
    expect(foreign).toMatchObject(refused(404, 'not_found'))
    expect(await call(usersExport)).toMatchObject(refused(403, 'forbidden'))
  })
})
