import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { anonymous, call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { memberIdentities, users } from '../schema.ts'
import { userIdOf } from '../model.ts'
import { database, refused } from '../testing.ts'
import {
  completeAs,
  goAndAgree,
  newDiscordProject,
  newPerson,
  redirectUri as playersUri,
  unconfigured,
} from '../testing-discord.ts'
import { testFlow } from '../testing-flows.ts'
import { auditOf, insertMember, newTenant } from '../testing-tenants.ts'
import { membersDelete } from './members.delete.ts'
import { membersLoginDiscord } from './members.login-discord.ts'
import { membersStartDiscord } from './members.start-discord.ts'
import { sessionsRefresh } from './sessions.refresh.ts'
import { sessionsStartDiscord } from './sessions.start-discord.ts'

/** A member who has linked the Discord account of `person`. */
async function linkedMember() {
  const tenant = await newTenant()
  const member = await insertMember(tenant.tenantId, 'developer')
  const person = newPerson()
  const user = { id: userIdOf(member.id), isActive: true, createdAt: now() }
  await database.insert(users).values({ projectId: tenant.tenantId, ...user })
  await database.insert(memberIdentities).values({
    provider: 'discord',
    providerUserId: person.id,
    tenantId: tenant.tenantId,
    memberId: member.id,
    createdAt: now(),
  })
  return { ...tenant, member, person }
}

const flow = {
  start: membersStartDiscord,
  complete: membersLoginDiscord,
  newCaller: async () => anonymous(),
  newPerson: async () => (await linkedMember()).person,
  redirectUri: 'https://dashboard.example/back',
}
const logIn = async (person: ReturnType<typeof newPerson>) =>
  completeAs(flow, anonymous(), await goAndAgree(flow, anonymous(), person))

describe('members.login-discord', () => {
  // 403 invalid_discord_flow, 403 discord_refused, 503 discord_unavailable, 429 too_many_attempts, 409 idempotency_conflict.
  testFlow(flow)

  test('200 the member, with tokens that refresh, and it is in the audit log', async () => {
    const { member, person, tenantId } = await linkedMember()
    const { status, body } = await logIn(person)
    expect(status).toBe(200)
    expect(body).toMatchObject({ tenant: { id: tenantId }, member: { id: member.id } })
    const json = { refreshToken: body.refreshToken }
    const next = await call(sessionsRefresh, { json, caller: anonymous() })
    expect(next.body.refreshToken).toMatch(/^mt_/)
    expect(await auditOf(tenantId)).toMatchObject([
      { action: 'members.login-discord', actorKind: 'member', actorId: member.id },
    ])
  })

  test('403 discord_not_linked for somebody who is no member, and for one who was removed', async () => {
    expect(await logIn(newPerson())).toMatchObject(refused(403, 'discord_not_linked'))
    const { member, person, owner } = await linkedMember()
    await call(membersDelete, { params: { memberId: member.id }, caller: owner })
    expect(await logIn(person)).toMatchObject(refused(403, 'discord_not_linked'))
    expect(JSON.stringify(await database.select().from(memberIdentities))).not.toContain(person.id)
  })

  test('200 for one of twenty that complete one flow at once, with one session', async () => {
    const { person, tenantId } = await linkedMember()
    const json = await goAndAgree(flow, anonymous(), person)
    const all = await Promise.all(
      Array.from({ length: 20 }, () => completeAs(flow, anonymous(), json)),
    )
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const lost of all.filter(({ status }) => status !== 200)) {
      expect(lost).toMatchObject(refused(403, 'invalid_discord_flow'))
    }
    const { results } = await env.AUTH_DB.prepare('SELECT * FROM sessions WHERE project_id = ?')
      .bind(tenantId)
      .all()
    expect(results).toHaveLength(1)
  })

  test('403 invalid_discord_flow for a flow that logs a player in', async () => {
    const { projectId } = await newDiscordProject()
    const players = { ...flow, start: sessionsStartDiscord, redirectUri: playersUri }
    const json = await goAndAgree(players, { projectId, kind: 'publishable' })
    const answer = await completeAs(flow, anonymous(), json)
    expect(answer).toMatchObject(refused(403, 'invalid_discord_flow'))
  })

  test.each([
    ['test-only-wrong-secret', 'discord_client_refused'],
    ['', 'discord_not_configured'],
  ])('409 where the secret of the server is "%s": %s', async (secret, code) => {
    const json = await goAndAgree(flow, anonymous())
    const answer = await unconfigured('/v1/members/login/discord', json, anonymous(), secret)
    expect(answer).toMatchObject(refused(409, code))
  })
})
