import { type AuditAppender, auditOutbox, noteChange, sendNotes } from '@coinop/shared/audit'
import { newId } from '@coinop/shared/ids'
import { allPowerfulKey, call, member } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { describe, expect, test } from 'vitest'
import { itemsCreate } from './routes/items.create.ts'
import { itemsUpdate } from './routes/items.update.ts'
import { sweep } from './sweep.ts'
import { bindings } from './test-shop.ts'

const { SHOP_DB, AUTH_DB, AUTH_AUDIT } = bindings
const db = drizzle(SHOP_DB)
const json = { name: 'Sword', price: { currency: 'COIN', amount: 5 } }

/** A project as `auth` knows it, so that its changes belong to a tenant. */
async function newProject() {
  const [id, tenantId] = [newId('prj'), newId('ten')]
  const insert = `INSERT INTO projects (id, tenant_id, name, environment, plan, created_at) VALUES (?, ?, 'x', 'test', 'free', 0)`
  await AUTH_DB.prepare(insert).bind(id, tenantId).run()
  return { id, tenantId }
}

const entriesOf = async (tenantId: string) => {
  const select = `SELECT action, actor_kind, actor_id, subject FROM audit_entries WHERE tenant_id = ? ORDER BY sequence`
  return (await AUTH_DB.prepare(select).bind(tenantId).all<Record<string, string>>()).results
}
const waiting = (projectId: string) => db.$count(auditOutbox, eq(auditOutbox.projectId, projectId))

describe('the audit log hears of every change of the catalogue', () => {
  test('once each, by a key and by a member, however often the request is repeated', async () => {
    const { id: projectId, tenantId } = await newProject()
    const caller = { ...allPowerfulKey(), projectId }
    const headers = { 'idempotency-key': 'sword' }
    const made = await call(itemsCreate, { json, caller, headers })
    await call(itemsCreate, { json, caller, headers })
    const params = { itemId: made.body.id as string }
    const grace = member('developer', { projectId, actorId: 'mem_1' })
    await call(itemsUpdate, { params, json: { isActive: false }, caller: grace })
    await sendNotes(db, AUTH_AUDIT)
    const [key_id, subject] = [caller.actorId, params.itemId]
    expect(await entriesOf(tenantId)).toEqual([
      { action: 'items.create', actor_kind: 'key', actor_id: key_id, subject },
      { action: 'items.update', actor_kind: 'member', actor_id: 'mem_1', subject },
    ])
    expect(await waiting(projectId)).toBe(0)
  })

  test('a log that does not answer, or whose answer is lost, loses nothing and doubles nothing', async () => {
    const { id: projectId, tenantId } = await newProject()
    const caller = { ...allPowerfulKey(), projectId }
    for (let count = 0; count < 3; count++) {
      await noteChange(db, caller, { action: 'items.create', subject: `itm_${count}` })
    }
    const away: AuditAppender = { append: () => Promise.reject(new Error('no answer')) }
    await sendNotes(db, away)
    expect(await waiting(projectId)).toBe(3)
    const deaf: AuditAppender = {
      async append(...given) {
        await AUTH_AUDIT.append(...given)
        throw new Error('answer lost')
      },
    }
    await sendNotes(db, deaf)
    expect(await waiting(projectId)).toBe(3)
    await sweep({ ...bindings, AUTH_AUDIT })
    expect(await waiting(projectId)).toBe(0)
    const subjects = (await entriesOf(tenantId)).map(({ subject }) => subject)
    expect(subjects).toEqual(['itm_0', 'itm_1', 'itm_2'])
  })

  test('a project that the log does not take keeps no other waiting, more than a call holds', async () => {
    const { id: projectId, tenantId } = await newProject()
    const unknown = newId('prj')
    for (let count = 0; count < 60; count++) {
      const note = { action: 'items.create', subject: `itm_${count}` }
      await noteChange(db, { ...allPowerfulKey(), projectId: unknown }, note)
    }
    for (let count = 0; count < 60; count++) {
      const note = { action: 'items.create', subject: `itm_${count}` }
      await noteChange(db, { ...allPowerfulKey(), projectId }, note)
    }
    await sendNotes(db, AUTH_AUDIT)
    expect(await waiting(projectId)).toBe(0)
    expect(await entriesOf(tenantId)).toHaveLength(60)
    expect(await waiting(unknown)).toBe(60)
  })
})
