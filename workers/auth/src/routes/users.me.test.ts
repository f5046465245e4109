import { env } from 'cloudflare:workers'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  testProject,
} from '@coinop/shared/testing'
import { systemCaller } from '@coinop/shared/caller'
import { describe, expect, test } from 'vitest'
import { findOrCreatePlayer } from '../discord.ts'
import { deactivate, refused, insertUser } from '../testing.ts'
import { usersMe } from './users.me.ts'

describe('users.me', () => {
  test('200 the player who asks', async () => {
    const { id, email } = await insertUser()
    const { status, body } = await call(usersMe, { caller: player(id) })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, email, displayName: 'Ada', isActive: true })
  })

  test('200 with the Discord identity, and without an address, for a player from Discord', async () => {
    const discordUser = { discordId: '80351110224678912', displayName: 'grace' }
    const { userId } = await findOrCreatePlayer(env.AUTH_DB, systemCaller(testProject), discordUser)
    const { body } = await call(usersMe, { caller: player(userId) })
    expect(body).toMatchObject({ email: null, displayName: 'grace' })
    expect(body.identities).toEqual([{ provider: 'discord', providerUserId: '80351110224678912' }])
  })

  test('200 tells a player that they are not active', async () => {
    const { id } = await insertUser()
    await deactivate(id)
    expect((await call(usersMe, { caller: player(id) })).body.isActive).toBe(false)
  })

  test('404 not_found for a player of another project', async () => {
    const { id } = await insertUser(otherProject)
    expect(await call(usersMe, { caller: player(id) })).toMatchObject(refused(404, 'not_found'))
  })

  test('401 unauthenticated without a token, 403 forbidden for a key', async () => {
    expect(await call(usersMe, { caller: anonymous() })).toMatchObject(
      refused(401, 'unauthenticated'),
    )
    expect(await call(usersMe)).toMatchObject(refused(403, 'forbidden'))
    expect(await call(usersMe, { caller: publishableKey() })).toMatchObject(
      refused(403, 'forbidden'),
    )
  })
})
