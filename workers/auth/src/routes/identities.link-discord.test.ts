import { env } from 'cloudflare:workers'
import { systemCaller } from '@coinop/shared/caller'
import { call, player } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test } from 'vitest'
import { findOrCreatePlayer } from '../discord.ts'
import { identitiesMax } from '../identities.ts'
import { identities, discordApplications } from '../schema.ts'
import { eq } from 'drizzle-orm'
import { announcementsOf, database, recordAnnouncements, refused } from '../testing.ts'
import {
  completeAs,
  goAndAgree,
  newDiscordProject,
  newestSession,
  newPerson,
  newSnowflake,
  playerIn,
  redirectUri,
} from '../testing-discord.ts'
import { testFlow } from '../testing-flows.ts'
import { openSession } from '../sessions.ts'
import { identitiesLinkDiscord } from './identities.link-discord.ts'
import { identitiesStartDiscord } from './identities.start-discord.ts'
import { usersMe } from './users.me.ts'

const flow = {
  start: identitiesStartDiscord,
  complete: identitiesLinkDiscord,
  newCaller: async () => playerIn((await newDiscordProject()).projectId),
  redirectUri,
}
type Caller = Awaited<ReturnType<typeof playerIn>>
const link = async (caller: Caller, person = newPerson()) =>
  completeAs(flow, caller, await goAndAgree(flow, caller, person))

describe('identities.link-discord', () => {
  beforeAll(recordAnnouncements)
  // 403 invalid_discord_flow, 403 discord_refused, 503 discord_unavailable, 429 too_many_attempts, 409 idempotency_conflict.
  testFlow(flow)

  test('200 the bot knows this player from then on; linking again changes nothing', async () => {
    const caller = await flow.newCaller()
    const person = newPerson()
    const first = await link(caller, person)
    const identity = { provider: 'discord', providerUserId: person.id }
    expect(first).toMatchObject({ status: 200, body: identity })
    expect((await link(caller, person)).body).toEqual(first.body)
    const { body } = await call(usersMe, { caller })
    expect(body.identities).toEqual([identity])
    const known = { discordId: person.id, displayName: 'x' }
    const found = await findOrCreatePlayer(env.AUTH_DB, systemCaller(caller.projectId), known)
    expect(found.userId).toBe(caller.actorId)
    const events = (await announcementsOf(caller.actorId)).map(({ type }) => type)
    expect(events.filter((type) => type === 'auth.identity.linked')).toHaveLength(1)
  })

  test('409 identity_taken for the Discord account of another player, of whom the answer says nothing', async () => {
    const owner = await flow.newCaller()
    const other = await playerIn(owner.projectId)
    const person = newPerson()
    await link(owner, person)
    const answer = await link(other, person)
    expect(answer).toMatchObject(refused(409, 'identity_taken'))
    expect(JSON.stringify(answer.body)).not.toContain(owner.actorId)
    const { body } = await call(usersMe, { caller: other })
    expect(body.identities).toEqual([])
  })

  test('409 limit_reached for one more than there may be', async () => {
    const caller = await flow.newCaller()
    const { projectId, actorId: userId } = caller
    for (let count = 0; count < identitiesMax; count++) {
      const providerUserId = newSnowflake()
      const row = { projectId, provider: 'discord', providerUserId, userId, createdAt: 1 } as const
      await database.insert(identities).values(row)
    }
    expect(await link(caller)).toMatchObject(refused(409, 'limit_reached'))
  })

  test('403 invalid_discord_flow in another session, for another player and in another project', async () => {
    const caller = await flow.newCaller()
    const { projectId, actorId } = caller
    const json = await goAndAgree(flow, caller)
    const { statements } = await openSession(env, { projectId, userId: actorId }, Date.now() + 1)
    await database.batch(statements)
    const elsewhere = { ...caller, sessionId: await newestSession(actorId) }
    expect(elsewhere.sessionId).not.toBe(caller.sessionId)
    const others = [
      elsewhere,
      await playerIn(projectId),
      { ...player(actorId), sessionId: caller.sessionId },
    ]
    for (const other of others) {
      const answer = await completeAs(flow, other, json)
      expect(answer).toMatchObject(refused(403, 'invalid_discord_flow'))
    }
    expect((await completeAs(flow, caller, json)).status).toBe(200)
  })

  test('409 discord_client_refused for a wrong secret, 409 discord_not_configured when it is gone', async () => {
    const wrong = await newDiscordProject({ clientSecret: 'test-only-wrong-secret' })
    const answer = await link(await playerIn(wrong.projectId))
    expect(answer).toMatchObject(refused(409, 'discord_client_refused'))
    const { projectId, applicationId } = await newDiscordProject()
    const caller = await playerIn(projectId)
    const json = await goAndAgree(flow, caller)
    await database
      .delete(discordApplications)
      .where(eq(discordApplications.applicationId, applicationId))
    const gone = await completeAs(flow, caller, json)
    expect(gone).toMatchObject(refused(409, 'discord_not_configured'))
  })
})
