/** How a member's write is done: once per Idempotency-Key, one after the other in a tenant, and into the audit log. */
import type { Caller } from '@coinop/shared/caller'
import { once } from '@coinop/shared/idempotency'
import { Problem } from '@coinop/shared/problem'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { Context } from 'hono'
import { audited, type Change } from './audit.ts'
import type { AppEnv } from './env.ts'
import { tenantOfProject } from './projects.ts'
import { sealedRequest } from './sealed-answers.ts'

/** The tenant of the member who asks. */
export function tenantOf({ member }: Caller): string {
  if (!member) throw new Problem('forbidden')
  return member.tenantId
}

/**
 * Performs what `decide` says for whoever acts for a project, a member or a key, and writes it into the audit log. The
 * operation can be repeated by itself: once it is so, `decide` says `unchanged`.
 */
export async function changeInProject<T>(
  c: Context<AppEnv>,
  decide: (db: DrizzleD1Database) => Promise<Change<T>>,
): Promise<T> {
  const caller = c.get('caller')
  const tenantId = await tenantOfProject(drizzle(c.env.AUTH_DB), caller.projectId)
  if (tenantId === undefined) throw new Error(`The project ${caller.projectId} is of no tenant.`)
  return audited(c.env, { tenantId, caller, action: c.get('operation') }, decide, async () => [])
}

/**
 * Performs what `decide` says for the member who asks. `decide` reads and decides; it may be asked again. Every answer
 * is stored sealed, because some of them show a secret.
 */
export async function changeOnce<T>(
  c: Context<AppEnv>,
  input: unknown,
  decide: (db: DrizzleD1Database) => Promise<Change<T>>,
): Promise<T> {
  const caller = c.get('caller')
  const tenantId = tenantOf(caller)
  const operation = c.get('operation')
  const origin = { tenantId, caller, action: operation }
  const scoped = { ...caller, projectId: caller.projectId || tenantId }
  const key = c.get('idempotencyKey')
  const request = sealedRequest(c.env, { caller: scoped, key, operation, input })
  const { answer, replayed } = await once<T>(request, (recordOf) =>
    audited(c.env, origin, decide, recordOf),
  )
  if (replayed) c.header('idempotency-replayed', 'true')
  return answer
}
