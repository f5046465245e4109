/** Roles that Discord could not change just now: tried again after a while that grows, for a week. */
import { now } from '@coinop/shared/clock'
import { and, asc, eq, lte } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { effectId, isPending, keyOf } from './effects.ts'
import type { Place } from './item-parts.ts'
import { type EffectRow, effects } from './schema.ts'

/** A role to grant or to revoke at a place. */
export type RoleChange = {
  id: string
  kind: 'role_grant' | 'role_revoke'
  projectId: string
  roleId: string
  tries: number
  place: Place
}
/** `reason`: why it did not work; Discord may say for how long to leave it alone. */
export type Vain = { reason: string; retryAfterSeconds?: number | undefined }

const pauseMilliseconds = 60_000
const pauseMillisecondsMax = 3_600_000
const triedForMilliseconds = 7 * 24 * 3_600_000

/** What is to be tried now, longest due first. */
export const dueRoles = (db: DrizzleD1Database, limit: number) =>
  db
    .select()
    .from(effects)
    .where(lte(effects.dueAt, now()))
    .orderBy(asc(effects.dueAt))
    .limit(limit)

export function toRoleChange(row: EffectRow): RoleChange[] {
  const { kind, projectId, roleId, tries, place } = row
  if (kind === 'currency' || !place || roleId === null) return []
  return [{ id: effectId(row), kind, projectId, roleId, tries, place }]
}

/** Notes a try in vain. After a week it has failed. */
export async function noteVain(
  db: DrizzleD1Database,
  projectId: string,
  { id, vain }: { id: string; vain: Vain },
): Promise<void> {
  const key = keyOf(projectId, id)
  const [row] = await db.select().from(effects).where(isPending(key))
  if (!row || row.dueAt === null) return
  await db
    .update(effects)
    .set(after(row, vain))
    .where(and(isPending(key), eq(effects.tries, row.tries)))
}

/** What a try in vain makes of the row. Pure but for the clock. */
function after({ tries, createdAt }: EffectRow, { reason, retryAfterSeconds = 0 }: Vain) {
  const at = now()
  if (at - createdAt > triedForMilliseconds) {
    return { state: 'failed' as const, reason, tries: tries + 1, dueAt: null }
  }
  const pause = Math.min(pauseMilliseconds * 2 ** Math.min(tries, 10), pauseMillisecondsMax)
  return { reason, tries: tries + 1, dueAt: at + Math.max(pause, retryAfterSeconds * 1_000) }
}
