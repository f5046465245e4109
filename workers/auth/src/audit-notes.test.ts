import { env, exports } from 'cloudflare:workers'
import type { AuditNote } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { verifyAudit } from './audit.ts'
import type { AuthAudit, AuthRefusals } from './rpc.ts'
import { auditList } from './routes/audit.list.ts'
import { keysCreate } from './routes/keys.create.ts'
import { auditEntries } from './schema.ts'
import { database } from './testing.ts'
import { auditOf, newTenant } from './testing-tenants.ts'

const { AuthAudit: audit, AuthRefusals: refusals } = exports as unknown as {
  AuthAudit: Service<typeof AuthAudit>
  AuthRefusals: Service<typeof AuthRefusals>
}
const note = (subject: string, more: Partial<AuditNote> = {}): AuditNote => ({
  id: crypto.randomUUID(),
  at: now(),
  action: 'items.create',
  subject,
  caller: { kind: 'secret', actorId: 'key_1', requestId: 'req_1', address: '192.0.2.7' },
  ...more,
})
const sequencesOf = async (tenantId: string) =>
  (await auditOf(tenantId)).map(({ sequence }) => sequence)
const counting = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describe('AuthAudit.append', () => {
  test('all of 50 at once, beside changes of members, in one chain without a fork or a gap', async () => {
    const { tenantId, projectId, owner } = await newTenant('pro')
    const json = { kind: 'publishable', name: 'x' }
    const answers = await Promise.all([
      ...counting(50).map((each) => audit.append(projectId, [note(`itm_${each}`)])),
      ...counting(5).map(() => call(keysCreate, { json, caller: owner })),
    ])
    for (const answer of answers.slice(0, 50)) {
      expect(answer).toMatchObject({ ok: true, value: { appended: 1 } })
    }
    expect(await sequencesOf(tenantId)).toEqual(counting(55))
    const subjects = new Set((await auditOf(tenantId)).map(({ subject }) => subject))
    expect(subjects.size).toBe(55)
    expect(await verifyAudit(env, tenantId, 0)).toMatchObject({ valid: true, checked: 55 })
  }, 60_000)

  test('the same notes again, in any company and at the same moment, are the same entries', async () => {
    const { tenantId, projectId } = await newTenant()
    const notes = counting(10).map((each) => note(`itm_${each}`))
    await Promise.all(counting(8).map(() => audit.append(projectId, notes)))
    const more = [...notes.slice(3), note('itm_11')]
    const answer = await audit.append(projectId, more)
    expect(answer).toEqual({ ok: true, value: { appended: 1 } })
    expect((await auditOf(tenantId)).map(({ subject }) => subject)).toEqual(
      counting(11).map((each) => `itm_${each}`),
    )
  }, 60_000)

  test('the log says that a key did it, and when, and from where', async () => {
    const { projectId, owner } = await newTenant()
    const at = now() - 60_000
    await audit.append(projectId, [note('itm_1', { at })])
    const { body } = await call(auditList, { caller: owner })
    expect(body.data).toMatchObject([
      {
        actorKind: 'key',
        actorId: 'key_1',
        action: 'items.create',
        subject: 'itm_1',
        projectId,
        at: new Date(at).toISOString(),
        address: '192.0.2.7',
        requestId: 'req_1',
        result: 'done',
        code: null,
      },
    ])
  })

  test('a changed or a missing name of the source is found, as any changed byte', async () => {
    const { tenantId, projectId } = await newTenant()
    await audit.append(projectId, [note('itm_1'), note('itm_2'), note('itm_3')])
    const second = and(eq(auditEntries.tenantId, tenantId), eq(auditEntries.sequence, 2))
    const [row] = await database.select().from(auditEntries).where(second)
    for (const sourceId of ['another', null]) {
      await database.update(auditEntries).set({ sourceId }).where(second)
      expect(await verifyAudit(env, tenantId, 0)).toMatchObject({ valid: false, brokenAt: 2 })
    }
    await database.update(auditEntries).set({ sourceId: row!.sourceId }).where(second)
    expect(await verifyAudit(env, tenantId, 0)).toMatchObject({ valid: true })
  })

  test('unknown_project for a project of nobody, and nothing is written', async () => {
    const before = await database.$count(auditEntries)
    const answer = await audit.append(newId('prj'), [note('itm_1')])
    expect(answer).toEqual({ ok: false, code: 'unknown_project' })
    expect(await database.$count(auditEntries)).toBe(before)
  })
})

describe('AuthRefusals.append', () => {
  test('one entry for the same refusal of a member within a minute; filters find it by result', async () => {
    const { tenantId, projectId, owner, as } = await newTenant()
    const viewer = as('viewer')
    const refusal = { action: 'items.create', path: '/v1/items', code: 'forbidden' }
    await Promise.all(counting(5).map(() => refusals.append(viewer, refusal)))
    await refusals.append(viewer, { ...refusal, action: 'keys.create' })
    await refusals.append(as('viewer'), refusal)
    await audit.append(projectId, [note('itm_1')])
    const list = (query: Record<string, string>) => call(auditList, { caller: owner, query })
    const refused = (await list({ result: 'refused' })).body.data
    expect(refused).toHaveLength(3)
    expect(refused.at(-1)).toMatchObject({
      actorKind: 'member',
      actorId: viewer.actorId,
      action: 'items.create',
      subject: '/v1/items',
      projectId,
      result: 'refused',
      code: 'forbidden',
    })
    expect((await list({ result: 'done' })).body.data).toHaveLength(1)
    expect((await list({ result: 'refused', action: 'keys.create' })).body.data).toHaveLength(1)
    expect((await list({ projectId })).body.data).toHaveLength(4)
    expect((await list({ projectId: newId('prj') })).body.data).toEqual([])
    expect(await verifyAudit(env, tenantId, 0)).toMatchObject({ valid: true, checked: 4 })
  })
})
