/** The projects of a tenant and what belongs to them. */
import { and, asc, eq, gt, isNull, or } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { now } from '@coinop/shared/clock'
import { problem } from './problems.ts'
import { apiKeys, discordApplications, projects } from './schema.ts'
import type { ApiKeyRow, ProjectRow } from './tenant-model.ts'

/** Throws `not_found`: a project of another tenant answers like none. */
export async function projectOf(
  db: DrizzleD1Database,
  tenantId: string,
  projectId: string,
): Promise<ProjectRow> {
  const [row] = await db
    .select()
    .from(projects)
    .where(and(eq(projects.id, projectId), eq(projects.tenantId, tenantId)))
  if (!row) throw problem('not_found')
  return row
}

/** Whose project it is; undefined when there is none of that id. */
export async function tenantOfProject(
  db: DrizzleD1Database,
  projectId: string,
): Promise<string | undefined> {
  const [row] = await db
    .select({ tenantId: projects.tenantId })
    .from(projects)
    .where(eq(projects.id, projectId))
  return row?.tenantId
}

/** At most `limit` projects after the one with the id `after`, oldest first. */
export const projectsAfter = (
  db: DrizzleD1Database,
  tenantId: string,
  after: string,
  limit: number,
): Promise<ProjectRow[]> =>
  db
    .select()
    .from(projects)
    .where(and(eq(projects.tenantId, tenantId), gt(projects.id, after)))
    .orderBy(asc(projects.id))
    .limit(limit)

export const countProjects = (db: DrizzleD1Database, tenantId: string): Promise<number> =>
  db.$count(projects, eq(projects.tenantId, tenantId))

export const applicationsOf = (db: DrizzleD1Database, projectId: string) =>
  db.select().from(discordApplications).where(eq(discordApplications.projectId, projectId))

/** Keys that work now. */
export const countActiveKeys = (db: DrizzleD1Database, projectId: string): Promise<number> =>
  db.$count(
    apiKeys,
    and(
      eq(apiKeys.projectId, projectId),
      isNull(apiKeys.revokedAt),
      or(isNull(apiKeys.expiresAt), gt(apiKeys.expiresAt, now())),
    ),
  )

/** Throws `not_found`. */
export async function keyOf(
  db: DrizzleD1Database,
  projectId: string,
  keyId: string,
): Promise<ApiKeyRow> {
  const [row] = await db
    .select()
    .from(apiKeys)
    .where(and(eq(apiKeys.projectId, projectId), eq(apiKeys.id, keyId)))
  if (!row) throw problem('not_found')
  return row
}
