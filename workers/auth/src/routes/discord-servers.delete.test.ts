import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { findServerProject } from '../discord.ts'
import { newServerOf, newSnowflake, newTenantWithApplication } from '../test-discord-servers.ts'
import { refused } from '../testing.ts'
import { auditOf, testGuards } from '../testing-tenants.ts'
import { discordApplicationsDelete } from './discord-applications.delete.ts'
import { discordServersDelete } from './discord-servers.delete.ts'

describe('discord-servers.delete', () => {
  test('204, and the server shares the economy of its application again', async () => {
    const { tenantId, projectId, applicationId, owner } = await newTenantWithApplication()
    const serverId = await newServerOf(projectId, applicationId)
    const input = { params: { projectId, applicationId, serverId }, caller: owner }
    expect((await call(discordServersDelete, input)).status).toBe(204)
    expect(await findServerProject(env.AUTH_DB, applicationId, serverId)).toBeUndefined()
    expect(await call(discordServersDelete, input)).toMatchObject(refused(404, 'not_found'))
    expect(await auditOf(tenantId)).toHaveLength(1)
  })

  test('404 not_found for one of another tenant, by its project and by ours', async () => {
    const [mine, theirs] = [await newTenantWithApplication(), await newTenantWithApplication()]
    const { applicationId } = theirs
    const serverId = await newServerOf(theirs.projectId, applicationId)
    for (const { projectId } of [mine, theirs]) {
      const input = { params: { projectId, applicationId, serverId }, caller: mine.owner }
      expect(await call(discordServersDelete, input)).toMatchObject(refused(404, 'not_found'))
    }
    expect(await findServerProject(env.AUTH_DB, applicationId, serverId)).toBeDefined()
  })

  test('204 again with the same key; 409 idempotency_conflict for another server', async () => {
    const { projectId, applicationId, owner } = await newTenantWithApplication()
    const remove = (serverId: string) =>
      call(discordServersDelete, {
        params: { projectId, applicationId, serverId },
        caller: owner,
        headers: { 'idempotency-key': 'end' },
      })
    const serverId = await newServerOf(projectId, applicationId)
    expect((await remove(serverId)).status).toBe(204)
    expect((await remove(serverId)).status).toBe(204)
    const other = await newServerOf(projectId, applicationId)
    expect(await remove(other)).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test('an application that is disconnected leaves no servers behind for whoever connects it next', async () => {
    const { projectId, applicationId, owner } = await newTenantWithApplication()
    const serverId = await newServerOf(projectId, applicationId)
    await call(discordApplicationsDelete, { params: { projectId, applicationId }, caller: owner })
    const params = { projectId, applicationId, serverId }
    const after = await call(discordServersDelete, { params, caller: owner })
    expect(after).toMatchObject(refused(404, 'not_found'))
  })

  const params = {
    projectId: newId('prj'),
    applicationId: newSnowflake(),
    serverId: newSnowflake(),
  }
  testGuards(discordServersDelete, { params }, ['viewer'])
})
