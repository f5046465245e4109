import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { findApplication } from '../discord.ts'
import { discordApplications } from '../schema.ts'
import { database, refused } from '../testing.ts'
import { auditOf, newTenant, testGuards } from '../testing-tenants.ts'
import { discordApplicationsDelete } from './discord-applications.delete.ts'

let count = 0
async function connected(projectId: string) {
  const applicationId = String(150_000_000_000_000_000n + BigInt(++count))
  const row = { projectId, applicationId, publicKey: 'ab'.repeat(32), createdAt: 1 }
  await database.insert(discordApplications).values(row)
  return applicationId
}

describe('discord-applications.delete', () => {
  test('204, and it is found no more', async () => {
    const { tenantId, projectId, owner } = await newTenant()
    const applicationId = await connected(projectId)
    const input = { params: { projectId, applicationId }, caller: owner }
    expect((await call(discordApplicationsDelete, input)).status).toBe(204)
    expect(await findApplication(env.AUTH_DB, applicationId)).toBeUndefined()
    expect(await call(discordApplicationsDelete, input)).toMatchObject(refused(404, 'not_found'))
    expect(await auditOf(tenantId)).toHaveLength(1)
  })

  test('404 not_found for one of another tenant, by its project and by ours', async () => {
    const { projectId: own, owner } = await newTenant()
    const { projectId: foreign } = await newTenant()
    const applicationId = await connected(foreign)
    for (const projectId of [own, foreign]) {
      const input = { params: { projectId, applicationId }, caller: owner }
      expect(await call(discordApplicationsDelete, input)).toMatchObject(refused(404, 'not_found'))
    }
    expect(await findApplication(env.AUTH_DB, applicationId)).toBeDefined()
  })

  test('204 again with the same key; 409 idempotency_conflict for another application', async () => {
    const { projectId, owner } = await newTenant()
    const [one, two] = [await connected(projectId), await connected(projectId)]
    const remove = (applicationId: string) =>
      call(discordApplicationsDelete, {
        params: { projectId, applicationId },
        caller: owner,
        headers: { 'idempotency-key': 'disconnect' },
      })
    expect((await remove(one)).status).toBe(204)
    expect((await remove(one)).status).toBe(204)
    expect(await remove(two)).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  const params = { projectId: newId('prj'), applicationId: '150000000000000000' }
  testGuards(discordApplicationsDelete, { params }, ['viewer'])
})
