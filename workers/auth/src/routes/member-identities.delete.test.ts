import { call } from '@coinop/shared/testing'
import { newId } from '@coinop/shared/ids'
import { describe, expect, test } from 'vitest'
import { userIdOf } from '../model.ts'
import { freshMilliseconds } from '../own-sessions.ts'
import { refused, sessionsOf } from '../testing.ts'
import {
  completeAs,
  furtherSession,
  goAndAgree,
  memberInSession,
  newPerson,
} from '../testing-discord.ts'
import { auditOf, testGuards } from '../testing-tenants.ts'
import { memberIdentitiesDelete } from './member-identities.delete.ts'
import { memberIdentitiesLinkDiscord } from './member-identities.link-discord.ts'
import { memberIdentitiesStartDiscord } from './member-identities.start-discord.ts'
import { membersLoginDiscord } from './members.login-discord.ts'
import { membersStartDiscord } from './members.start-discord.ts'

const flow = {
  start: memberIdentitiesStartDiscord,
  complete: memberIdentitiesLinkDiscord,
  newCaller: () => memberInSession('viewer'),
  redirectUri: 'https://dashboard.example/back',
}

async function linked() {
  const caller = await flow.newCaller()
  const person = newPerson()
  const { body } = await completeAs(flow, caller, await goAndAgree(flow, caller, person))
  return { caller, person, identityId: body.id as string }
}
type Caller = Awaited<ReturnType<typeof memberInSession>>
const unlink = (caller: Caller, identityId: string, key?: string) =>
  call(memberIdentitiesDelete, {
    params: { identityId },
    caller,
    headers: key === undefined ? {} : { 'idempotency-key': key },
  })

describe('member-identities.delete', () => {
  test('204 nobody logs in with it, the other sessions have ended, and it is in the audit log', async () => {
    const { caller, person, identityId } = await linked()
    await furtherSession(caller)
    expect((await unlink(caller, identityId)).status).toBe(204)
    const login = { ...flow, start: membersStartDiscord, complete: membersLoginDiscord }
    const nobody = { kind: 'anonymous' as const, actorId: '', projectId: '' }
    const answer = await completeAs(login, nobody, await goAndAgree(login, nobody, person))
    expect(answer).toMatchObject(refused(403, 'discord_not_linked'))
    const open = (await sessionsOf(userIdOf(caller.actorId))).filter(
      ({ revokedAt }) => revokedAt === null,
    )
    expect(open.map(({ id }) => id)).toEqual([caller.sessionId])
    expect((await auditOf(caller.member!.tenantId)).at(-1)).toMatchObject({
      action: 'member-identities.delete',
      subject: caller.actorId,
    })
  })

  test('204 again for the same key, 404 not_found without, 409 idempotency_conflict for another identity', async () => {
    const { caller, identityId } = await linked()
    expect((await unlink(caller, identityId, 'unlink')).status).toBe(204)
    expect((await unlink(caller, identityId, 'unlink')).status).toBe(204)
    expect(await unlink(caller, identityId)).toMatchObject(refused(404, 'not_found'))
    const other = await unlink(caller, newId('idn'), 'unlink')
    expect(other).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test("404 not_found for another member's, 403 session_not_fresh after five minutes", async () => {
    const { identityId } = await linked()
    const other = await flow.newCaller()
    expect(await unlink(other, identityId)).toMatchObject(refused(404, 'not_found'))
    const stale = await memberInSession('owner', freshMilliseconds + 1_000)
    expect(await unlink(stale, identityId)).toMatchObject(refused(403, 'session_not_fresh'))
  })

  testGuards(memberIdentitiesDelete, { params: { identityId: newId('idn') } }, [])
})
