/** For tests: a tenant with an application, and servers of its project. */
import { discordApplications, discordServers } from './schema.ts'
import { database } from './testing.ts'
import { newTenant } from './testing-tenants.ts'

let count = 0
export const newSnowflake = () => String(160_000_000_000_000_000n + BigInt(++count))

export async function newApplicationOf(projectId: string): Promise<string> {
  const applicationId = newSnowflake()
  const row = { projectId, applicationId, publicKey: 'ab'.repeat(32), createdAt: 1 }
  await database.insert(discordApplications).values(row)
  return applicationId
}

export async function newTenantWithApplication() {
  const tenant = await newTenant()
  return { ...tenant, applicationId: await newApplicationOf(tenant.projectId) }
}

export async function newServerOf(projectId: string, applicationId: string): Promise<string> {
  const serverId = newSnowflake()
  await database.insert(discordServers).values({ projectId, applicationId, serverId, createdAt: 1 })
  return serverId
}
