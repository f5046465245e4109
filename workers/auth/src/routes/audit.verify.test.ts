import { call } from '@coinop/shared/testing'
import { and, eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { auditEntries } from '../schema.ts'
import { database } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { auditVerify } from './audit.verify.ts'
import { projectsCreate } from './projects.create.ts'

async function written(count: number) {
  const tenant = await newTenant()
  for (let each = 0; each < count; each++) {
    const json = { name: `Project ${each}`, environment: 'test' }
    await call(projectsCreate, { json, caller: tenant.owner })
  }
  const verify = async (after = 0) =>
    (await call(auditVerify, { query: { after: String(after) }, caller: tenant.owner })).body
  const entry = (sequence: number) =>
    and(eq(auditEntries.tenantId, tenant.tenantId), eq(auditEntries.sequence, sequence))
  return { ...tenant, verify, entry }
}

describe('audit.verify', () => {
  test('200 valid for a log as it was written, from any entry on, and for an empty one', async () => {
    const { verify } = await written(4)
    expect(await verify()).toEqual({
      valid: true,
      checked: 4,
      verifiedTo: 4,
      brokenAt: null,
      hasMore: false,
    })
    expect(await verify(2)).toMatchObject({ valid: true, checked: 2, verifiedTo: 4 })
    const { verify: ofEmpty } = await written(0)
    expect(await ofEmpty()).toMatchObject({ valid: true, checked: 0 })
  })

  test('200 names the entry in which one character of any column was changed', async () => {
    const { tenantId, verify, entry } = await written(3)
    const [, row] = await auditOf(tenantId)
    const { tenantId: _, sequence, ...columns } = row!
    for (const [column, value] of Object.entries(columns)) {
      const flipped = typeof value === 'number' ? value + 1 : flip(value ?? '')
      await database
        .update(auditEntries)
        .set({ [column]: flipped })
        .where(entry(sequence))
      expect(await verify(), column).toMatchObject({ valid: false, verifiedTo: 1, brokenAt: 2 })
      await database
        .update(auditEntries)
        .set({ [column]: value })
        .where(entry(sequence))
    }
    expect(await verify()).toMatchObject({ valid: true })
  })

  test('200 names the place from which an entry was taken', async () => {
    const { verify, entry } = await written(3)
    await database.delete(auditEntries).where(entry(2))
    expect(await verify()).toMatchObject({ valid: false, brokenAt: 2 })
  })

  testGuards(auditVerify, {}, ['developer', 'viewer'])
})

/** The text with the lowest bit of its first byte flipped. */
const flip = (text: string) =>
  text === '' ? '!' : String.fromCharCode(text.charCodeAt(0) ^ 1) + text.slice(1)
