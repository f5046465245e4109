import { randomBytes } from 'node:crypto'
import { env } from 'cloudflare:workers'
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { call, publishableKey } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { removePassword, setPassword } from './accounts.ts'
import worker from './index.ts'
import { sessionsLoginDevice } from './routes/sessions.login-device.ts'
import { sessionsLoginDiscord } from './routes/sessions.login-discord.ts'
import { sessionsStartDiscord } from './routes/sessions.start-discord.ts'
import { usersSignup } from './routes/users.signup.ts'
import { identities, users } from './schema.ts'
import { database, deactivate, newAddress, sessionsOf } from './testing.ts'
import {
  completeAs,
  goAndAgree,
  newDiscordProject,
  newPerson,
  redirectUri,
} from './testing-discord.ts'

/** Sends a request whose next write comes just after `change`, which another request makes. */
async function overtaken(
  path: string,
  json: object,
  change: (userId: string) => PromiseLike<unknown>,
  userId: string,
) {
  let isDue = true
  const AUTH_DB = new Proxy(env.AUTH_DB, {
    get(target, name) {
      const value = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      if (name !== 'batch') return value.bind(target)
      return async (statements: D1PreparedStatement[]) => {
        if (isDue) await change(userId)
        isDue = false
        return target.batch(statements)
      }
    },
  })
  const [{ projectId } = { projectId: '' }] = await database
    .select({ projectId: users.projectId })
    .from(users)
    .where(eq(users.id, userId))
  const caller: Partial<Caller> = { ...publishableKey(), projectId }
  const request = new Request(`http://auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', [callerHeader]: JSON.stringify(caller) },
    body: JSON.stringify(json),
  })
  const context = { props: { caller: 'gateway' }, waitUntil() {}, passThroughOnException() {} }
  return worker.fetch(request, { ...env, AUTH_DB }, context)
}

const unlink = (userId: string) => database.delete(identities).where(eq(identities.userId, userId))

async function byPassword() {
  const json = { email: newAddress(), password: 'correct horse battery staple' }
  const { body } = await call(usersSignup, { json, caller: publishableKey() })
  return { path: '/v1/login', json, userId: body.user.id as string }
}

async function byDevice() {
  const json = { deviceSecret: randomBytes(32).toString('base64url') }
  const { body } = await call(sessionsLoginDevice, { json, caller: publishableKey() })
  return { path: '/v1/login/device', json, userId: body.user.id as string }
}

async function byDiscord() {
  const { projectId } = await newDiscordProject()
  const caller = { ...publishableKey(), projectId }
  const flow = {
    start: sessionsStartDiscord,
    complete: sessionsLoginDiscord,
    newCaller: async () => caller,
    redirectUri,
  }
  const person = newPerson()
  const { body } = await completeAs(flow, caller, await goAndAgree(flow, caller, person))
  const json = await goAndAgree(flow, caller, person)
  return { path: '/v1/login/discord', json, userId: body.user.id as string }
}

const place = async (userId: string) =>
  (await database.select().from(users).where(eq(users.id, userId)))[0]!
const changePassword = async (userId: string) => {
  const { projectId, passwordHash } = await place(userId)
  const change = { from: passwordHash ?? '', to: 'another', sessionId: undefined }
  return database.batch(setPassword(database, { projectId, userId }, change))
}
const takePassword = async (userId: string) =>
  removePassword(database, { projectId: (await place(userId)).projectId, userId })

describe('a login that something overtakes opens no session', () => {
  test.each([
    ['a new password', byPassword, changePassword],
    ['an unlinked password', byPassword, takePassword],
    ['a deactivation, by password', byPassword, deactivate],
    ['an unlinked device', byDevice, unlink],
    ['a deactivation, by device', byDevice, deactivate],
    ['an unlinked Discord account', byDiscord, unlink],
    ['a deactivation, by Discord', byDiscord, deactivate],
  ])('401 invalid_credentials after %s', async (_, known, change) => {
    const { path, json, userId } = await known()
    const before = await sessionsOf(userId)
    const answer = await overtaken(path, json, change, userId)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ code: 'invalid_credentials' })
    expect(await sessionsOf(userId)).toHaveLength(before.length)
  })
})
