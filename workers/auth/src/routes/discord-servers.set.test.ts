import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { findServerProject } from '../discord.ts'
import { discordServers, projects } from '../schema.ts'
import { newSnowflake, newTenantWithApplication } from '../test-discord-servers.ts'
import { database, refused } from '../testing.ts'
import { auditOf, insertProject, testGuards } from '../testing-tenants.ts'
import { discordServersSet, serversMax } from './discord-servers.set.ts'
import { eq } from 'drizzle-orm'

const projectOf = async (applicationId: string, serverId: string) =>
  (await findServerProject(env.AUTH_DB, applicationId, serverId))?.projectId

describe('discord-servers.set', () => {
  test('200, again too, and the server has the economy of the project named last', async () => {
    const { tenantId, projectId, applicationId, owner } = await newTenantWithApplication()
    const [serverId, other] = [newSnowflake(), await insertProject(tenantId)]
    const set = (to: string) =>
      call(discordServersSet, {
        params: { projectId: to, applicationId, serverId },
        caller: owner,
      })
    expect(await projectOf(applicationId, serverId)).toBeUndefined()
    expect(await set(projectId)).toMatchObject({ status: 200, body: { applicationId, serverId } })
    expect((await set(projectId)).status).toBe(200)
    expect(await projectOf(applicationId, serverId)).toBe(projectId)
    expect((await set(other)).status).toBe(200)
    expect(await projectOf(applicationId, serverId)).toBe(other)
    expect(await auditOf(tenantId)).toHaveLength(3)
  })

  test('200 with the same key is one change; 409 idempotency_conflict for another server', async () => {
    const { tenantId, projectId, applicationId, owner } = await newTenantWithApplication()
    const set = (serverId: string) =>
      call(discordServersSet, {
        params: { projectId, applicationId, serverId },
        caller: owner,
        headers: { 'idempotency-key': 'server' },
      })
    const serverId = newSnowflake()
    const first = await set(serverId)
    expect((await set(serverId)).body).toEqual(first.body)
    expect(await auditOf(tenantId)).toHaveLength(1)
    expect(await set(newSnowflake())).toMatchObject(refused(409, 'idempotency_conflict'))
  })

  test("404 not_found for another tenant's project, and for another tenant's application", async () => {
    const [mine, theirs] = [await newTenantWithApplication(), await newTenantWithApplication()]
    const set = (projectId: string, applicationId: string) =>
      call(discordServersSet, {
        params: { projectId, applicationId, serverId: newSnowflake() },
        caller: mine.owner,
      })
    const answers = [
      await set(theirs.projectId, mine.applicationId),
      await set(mine.projectId, theirs.applicationId),
      await set(mine.projectId, newSnowflake()),
    ]
    for (const answer of answers) expect(answer).toMatchObject(refused(404, 'not_found'))
  })

  test('finds no project of another tenant, whatever the table says', async () => {
    const { projectId, applicationId, owner } = await newTenantWithApplication()
    const serverId = newSnowflake()
    const params = { projectId, applicationId, serverId }
    await call(discordServersSet, { params, caller: owner })
    const moved = { tenantId: newId('ten') }
    const other = await insertProject(moved.tenantId)
    await database.update(discordServers).set({ projectId: other })
    expect(await projectOf(applicationId, serverId)).toBeUndefined()
    await database.update(projects).set(moved).where(eq(projects.id, projectId))
    expect(await projectOf(applicationId, serverId)).toBe(other)
  })

  test('409 limit_reached when the project has as many as it may', async () => {
    const { projectId, applicationId, owner } = await newTenantWithApplication()
    const rows = Array.from({ length: serversMax }, () => ({
      projectId,
      applicationId,
      serverId: newSnowflake(),
      createdAt: 1,
    }))
    for (let from = 0; from < rows.length; from += 20) {
      await database.insert(discordServers).values(rows.slice(from, from + 20))
    }
    const set = (serverId: string) =>
      call(discordServersSet, { params: { projectId, applicationId, serverId }, caller: owner })
    expect(await set(newSnowflake())).toMatchObject(refused(409, 'limit_reached'))
    expect((await set(rows[0]!.serverId)).status).toBe(200)
  })

  test.each(['me', '123', '../users'])(
    '400 invalid_request for the server %s',
    async (serverId) => {
      const { projectId, applicationId, owner } = await newTenantWithApplication()
      const input = { params: { projectId, applicationId, serverId }, caller: owner }
      expect(await call(discordServersSet, input)).toMatchObject(refused(400, 'invalid_request'))
    },
  )

  const params = {
    projectId: newId('prj'),
    applicationId: newSnowflake(),
    serverId: newSnowflake(),
  }
  testGuards(discordServersSet, { params }, ['viewer', 'developer'])
})
