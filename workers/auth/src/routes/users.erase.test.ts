import { env } from 'cloudflare:workers'
import { anonymous, call, player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { findOrCreatePlayer } from '../discord.ts'
import { freshMilliseconds } from '../own-sessions.ts'
import { identities, loginAttempts } from '../schema.ts'
import {
  announcementsOf,
  database,
  inSession,
  insertSession,
  insertSessionOf,
  newAddress,
  recordAnnouncements,
  refused,
} from '../testing.ts'
import { userExists } from '../users.ts'
import { sessionsLogin } from './sessions.login.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { usersErase } from './users.erase.ts'
import { usersGet } from './users.get.ts'
import { usersSignup } from './users.signup.ts'
import { usersUpdate } from './users.update.ts'

const password = 'correct horse battery staple'
const refresh = (refreshToken: string) =>
  call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })

async function signedUp() {
  const email = newAddress()
  const json = { email, password, displayName: 'Canary Name' }
  const headers = { 'user-agent': 'Canary/1.0' }
  const { body } = await call(usersSignup, { json, headers })
  return { email, id: body.user.id as string, refreshToken: body.refreshToken as string }
}

/** Every row of every table, as text. */
async function everything() {
  const tables = await env.AUTH_DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'`,
  ).all<{ name: string }>()
  const rows = tables.results.map(({ name }) =>
    env.AUTH_DB.prepare(`SELECT * FROM "${name}"`).all(),
  )
  return JSON.stringify((await Promise.all(rows)).map(({ results }) => results))
}

describe('users.erase', () => {
  beforeAll(recordAnnouncements)

  test('204 nothing personal is left in any table, the id stays, and the tokens are dead', async () => {
    const { id, email, refreshToken } = await signedUp()
    await call(sessionsLogin, { json: { email, password: 'a wrong one' } })
    const caller = await inSession(id)
    const headers = { 'idempotency-key': 'name' }
    await call(usersUpdate, { json: { displayName: 'Canary Two' }, caller, headers })
    expect(await everything()).toContain('Canary Two')
    expect((await call(usersErase, { caller })).status).toBe(204)
    const left = await everything()
    for (const personal of [email, 'Canary']) expect(left).not.toContain(personal)
    expect(await database.select().from(loginAttempts)).toEqual([])
    expect(await userExists(database, testProject, id)).toBe(true)
    const found = await call(usersGet, { params: { userId: id } })
    expect(found.body).toMatchObject({ email: null, displayName: null, isActive: false })
    expect(await refresh(refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
    const types = (await announcementsOf(id)).map(({ type }) => type)
    expect(types.slice(-2)).toEqual(['auth.sessions.revoked', 'auth.user.erased'])
  })

  test('204 frees the address: another user may sign up with it', async () => {
    const { id, email } = await signedUp()
    await call(usersErase, { caller: await inSession(id) })
    const login = await call(sessionsLogin, { json: { email, password } })
    expect(login).toMatchObject(refused(401, 'invalid_credentials'))
    const again = await call(usersSignup, { json: { email, password } })
    expect(again.status).toBe(201)
    expect(again.body.user.id).not.toBe(id)
  })

  test('204 forgets who the player is on Discord', async () => {
    const caller = player('')
    const discordUser = { discordId: '80351110224670000', displayName: 'grace' }
    const { userId } = await findOrCreatePlayer(env.AUTH_DB, caller, discordUser)
    await insertSessionOf(userId)
    expect((await call(usersErase, { caller: await inSession(userId) })).status).toBe(204)
    const linked = eq(identities.userId, userId)
    expect(await database.select().from(identities).where(linked)).toEqual([])
    const next = await findOrCreatePlayer(env.AUTH_DB, caller, discordUser)
    expect(next.userId).not.toBe(userId)
  })

  test('403 session_not_fresh, and nothing erased, in a session older than five minutes, an ended one and none', async () => {
    const { userId } = await insertSession({ age: freshMilliseconds })
    const old = await inSession(userId)
    const [, other] = [await insertSessionOf(userId), await insertSession()]
    const foreign = { ...player(userId), sessionId: (await inSession(other.userId)).sessionId }
    for (const caller of [old, player(userId), foreign]) {
      const answer = await call(usersErase, { caller })
      expect(answer).toMatchObject(refused(403, 'session_not_fresh'))
    }
    const erased = await signedUp()
    const caller = await inSession(erased.id)
    await call(usersErase, { caller })
    const again = await call(usersErase, { caller })
    expect(again).toMatchObject(refused(403, 'session_not_fresh'))
  })

  test('404 not_found for nobody, 403 forbidden for a key', async () => {
    const nobody = player('usr_00000000000000000000000000')
    expect(await call(usersErase, { caller: nobody })).toMatchObject(refused(404, 'not_found'))
    expect(await call(usersErase)).toMatchObject(refused(403, 'forbidden'))
  })
})
