import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { call, publishableKey } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { findOrCreatePlayer } from '../discord.ts'
import { discordApplications } from '../schema.ts'
import { database, deactivate, insertUser, refused, sessionsOf } from '../testing.ts'
import {
  completeAs,
  goAndAgree,
  newDiscordProject,
  newPerson,
  playerIn,
  redirectUri,
} from '../testing-discord.ts'
import { testFlow } from '../testing-flows.ts'
import { identitiesStartDiscord } from './identities.start-discord.ts'
import { sessionsLoginDiscord } from './sessions.login-discord.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { sessionsStartDiscord } from './sessions.start-discord.ts'

const keyOf = (projectId: string) => ({ ...publishableKey(), projectId })
const flow = {
  start: sessionsStartDiscord,
  complete: sessionsLoginDiscord,
  newCaller: async () => keyOf((await newDiscordProject()).projectId),
  redirectUri,
}
type Caller = ReturnType<typeof keyOf>
const logIn = async (caller: Caller, person = newPerson()) =>
  completeAs(flow, caller, await goAndAgree(flow, caller, person))

describe('sessions.login-discord', () => {
  // 403 invalid_discord_flow, 403 discord_refused, 503 discord_unavailable, 429 too_many_attempts, 409 idempotency_conflict.
  testFlow(flow)

  test('200 a new user at first, the same one afterwards, with tokens that refresh', async () => {
    const caller = await flow.newCaller()
    const person = newPerson({ global_name: 'Grace Hopper' })
    const first = await logIn(caller, person)
    expect(first).toMatchObject({
      status: 200,
      body: {
        user: {
          email: null,
          displayName: 'Grace Hopper',
          identities: [{ provider: 'discord', providerUserId: person.id }],
        },
      },
    })
    const second = await logIn(caller, person)
    expect(second.body.user.id).toBe(first.body.user.id)
    const json = { refreshToken: second.body.refreshToken }
    expect((await call(sessionsRefresh, { json })).status).toBe(200)
  })

  test('200 the user whom the bot knows, and never one with the same name', async () => {
    const caller = await flow.newCaller()
    const { projectId } = caller
    const person = newPerson({ username: 'Ada' })
    const known = { discordId: person.id, displayName: 'Ada' }
    const bot = await findOrCreatePlayer(env.AUTH_DB, systemCaller(projectId), known)
    expect((await logIn(caller, person)).body.user.id).toBe(bot.userId)
    const namesake = await insertUser(projectId)
    const other = await logIn(caller, newPerson({ username: namesake.displayName ?? '' }))
    expect([bot.userId, namesake.id]).not.toContain(other.body.user.id)
  })

  test('200 another user in another project', async () => {
    const person = newPerson()
    const here = await logIn(await flow.newCaller(), person)
    const there = await logIn(await flow.newCaller(), person)
    expect(there.body.user.id).not.toBe(here.body.user.id)
  })

  test('200 for one of twenty that complete one flow at once: one user, one session', async () => {
    const caller = await flow.newCaller()
    const person = newPerson()
    const json = await goAndAgree(flow, caller, person)
    const all = await Promise.all(Array.from({ length: 20 }, () => completeAs(flow, caller, json)))
    const [won, ...more] = all.filter(({ status }) => status === 200)
    expect(more).toEqual([])
    expect(await sessionsOf(won?.body.user.id)).toHaveLength(1)
    for (const lost of all.filter(({ status }) => status !== 200)) {
      expect(lost).toMatchObject(refused(403, 'invalid_discord_flow'))
    }
    const { results } = await env.AUTH_DB.prepare('SELECT * FROM users WHERE project_id = ?')
      .bind(caller.projectId)
      .all()
    expect(results).toHaveLength(1)
  })

  test('200 one user for two flows of one person that are completed at once', async () => {
    const caller = await flow.newCaller()
    const person = newPerson()
    const flows = [await goAndAgree(flow, caller, person), await goAndAgree(flow, caller, person)]
    const all = await Promise.all(flows.map((json) => completeAs(flow, caller, json)))
    expect(all.map(({ status }) => status)).toEqual([200, 200])
    expect(all[0]?.body.user.id).toBe(all[1]?.body.user.id)
  })

  test('403 invalid_discord_flow in another project, and for a flow that links', async () => {
    const [caller, other] = [await flow.newCaller(), await flow.newCaller()]
    const json = await goAndAgree(flow, caller)
    const foreign = await completeAs(flow, other, json)
    expect(foreign).toMatchObject(refused(403, 'invalid_discord_flow'))
    const linking = await playerIn(caller.projectId)
    const link = await goAndAgree({ ...flow, start: identitiesStartDiscord }, linking)
    const asLogin = await completeAs(flow, caller, link)
    expect(asLogin).toMatchObject(refused(403, 'invalid_discord_flow'))
  })

  test('401 invalid_credentials for a user who is not active, and no session', async () => {
    const caller = await flow.newCaller()
    const person = newPerson()
    const { body } = await logIn(caller, person)
    await deactivate(body.user.id)
    expect(await logIn(caller, person)).toMatchObject(refused(401, 'invalid_credentials'))
    expect(await sessionsOf(body.user.id)).toHaveLength(1)
  })

  test('409 discord_client_refused when the stored secret is wrong', async () => {
    const { projectId } = await newDiscordProject({ clientSecret: 'test-only-wrong-secret' })
    const answer = await logIn(keyOf(projectId))
    expect(answer).toMatchObject(refused(409, 'discord_client_refused'))
  })

  test('409 discord_not_configured when the application was disconnected meanwhile', async () => {
    const { projectId, applicationId } = await newDiscordProject()
    const json = await goAndAgree(flow, keyOf(projectId))
    await database
      .delete(discordApplications)
      .where(eq(discordApplications.applicationId, applicationId))
    const answer = await completeAs(flow, keyOf(projectId), json)
    expect(answer).toMatchObject(refused(409, 'discord_not_configured'))
  })
})
