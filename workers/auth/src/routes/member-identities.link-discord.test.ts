import { call } from '@coinop/shared/testing'
import { now } from '@coinop/shared/clock'
import { describe, expect, test } from 'vitest'
import { memberIdentitiesMax } from '../member-identities.ts'
import { memberIdentities } from '../schema.ts'
import { database, refused } from '../testing.ts'
import {
  completeAs,
  goAndAgree,
  memberInSession,
  newPerson,
  newSnowflake,
  unconfigured,
} from '../testing-discord.ts'
import { testFlow } from '../testing-flows.ts'
import { auditOf, testGuards } from '../testing-tenants.ts'
import { memberIdentitiesLinkDiscord } from './member-identities.link-discord.ts'
import { memberIdentitiesStartDiscord } from './member-identities.start-discord.ts'
import { membersDelete } from './members.delete.ts'
import { membersLoginDiscord } from './members.login-discord.ts'
import { membersStartDiscord } from './members.start-discord.ts'

const flow = {
  start: memberIdentitiesStartDiscord,
  complete: memberIdentitiesLinkDiscord,
  newCaller: () => memberInSession('owner'),
  redirectUri: 'https://dashboard.example/back',
}
type Caller = Awaited<ReturnType<typeof memberInSession>>
const link = async (caller: Caller, person = newPerson()) =>
  completeAs(flow, caller, await goAndAgree(flow, caller, person))
const path = '/v1/members/me/identities/discord'

describe('member-identities.link-discord', () => {
  // 403 invalid_discord_flow, 403 discord_refused, 503 discord_unavailable, 429 too_many_attempts, 409 idempotency_conflict.
  testFlow(flow)

  test('200 the member logs in with it from then on, and both are in the audit log', async () => {
    const caller = await flow.newCaller()
    const person = newPerson()
    const first = await link(caller, person)
    expect(first).toMatchObject({ status: 200, body: { providerUserId: person.id } })
    expect((await link(caller, person)).body).toEqual(first.body)
    const login = { ...flow, start: membersStartDiscord, complete: membersLoginDiscord }
    const nobody = { kind: 'anonymous' as const, actorId: '', projectId: '' }
    const { body } = await completeAs(login, nobody, await goAndAgree(login, nobody, person))
    expect(body.member.id).toBe(caller.actorId)
    const actions = (await auditOf(caller.member!.tenantId)).map(({ action }) => action)
    expect(actions).toContain('member-identities.link-discord')
    expect(actions).toContain('members.login-discord')
  })

  test('409 identity_taken for the account of another member, in any tenant, who is not named', async () => {
    const [owner, other] = [await flow.newCaller(), await flow.newCaller()]
    const person = newPerson()
    await link(owner, person)
    const answer = await link(other, person)
    expect(answer).toMatchObject(refused(409, 'identity_taken'))
    for (const secret of [owner.actorId, owner.member!.tenantId]) {
      expect(JSON.stringify(answer.body)).not.toContain(secret)
    }
  })

  test('409 identity_taken for one of two members who link one account at once', async () => {
    const callers = [await flow.newCaller(), await flow.newCaller()]
    const person = newPerson()
    const flows = await Promise.all(callers.map((caller) => goAndAgree(flow, caller, person)))
    const all = await Promise.all(
      callers.map((caller, each) => completeAs(flow, caller, flows[each]!)),
    )
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1)
    const lost = all.filter(({ status }) => status !== 200)
    expect(lost).toMatchObject([refused(409, 'identity_taken')])
  })

  test('409 limit_reached for one more than there may be', async () => {
    const caller = await flow.newCaller()
    for (let count = 0; count < memberIdentitiesMax; count++) {
      await database.insert(memberIdentities).values({
        provider: 'discord',
        providerUserId: newSnowflake(),
        tenantId: caller.member!.tenantId,
        memberId: caller.actorId,
        createdAt: now(),
      })
    }
    expect(await link(caller)).toMatchObject(refused(409, 'limit_reached'))
  })

  test('403 invalid_discord_flow for another member and in another session', async () => {
    const caller = await flow.newCaller()
    const json = await goAndAgree(flow, caller)
    const other = await flow.newCaller()
    for (const each of [other, { ...caller, sessionId: other.sessionId }]) {
      const answer = await completeAs(flow, each, json)
      expect(answer).toMatchObject(refused(403, 'invalid_discord_flow'))
    }
  })

  test('404 not_found for a member who was removed while at Discord, and the account stays free', async () => {
    const caller = await memberInSession('viewer')
    const person = newPerson()
    const json = await goAndAgree(flow, caller, person)
    const owner = { ...caller, actorId: 'mem_01k9x6c3v5t8r2m4n7p0q1s2w3' }
    const member = { tenantId: caller.member!.tenantId, role: 'owner' as const }
    const params = { memberId: caller.actorId }
    expect((await call(membersDelete, { params, caller: { ...owner, member } })).status).toBe(204)
    const answer = await completeAs(flow, caller, json)
    expect(answer).toMatchObject(refused(404, 'not_found'))
    expect((await link(await flow.newCaller(), person)).status).toBe(200)
  })

  test.each([
    ['test-only-wrong-secret', 'discord_client_refused'],
    ['', 'discord_not_configured'],
  ])('409 where the secret of the server is "%s": %s', async (secret, code) => {
    const caller = await flow.newCaller()
    const json = await goAndAgree(flow, caller)
    expect(await unconfigured(path, json, caller, secret)).toMatchObject(refused(409, code))
  })

  testGuards(
    memberIdentitiesLinkDiscord,
    { json: { code: 'code', state: 'state', flowToken: 'token' } },
    [],
  )
})
