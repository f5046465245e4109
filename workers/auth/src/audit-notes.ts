/** Entries of the audit log that come from other Workers: each once, however often it is sent. */
import { type AuditNote, auditNotesMax } from '@coinop/shared/audit'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { sha256 } from '@coinop/shared/hash'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, inArray } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import {
  actorKindOf,
  attemptsMax,
  type AuditContent,
  chained,
  type Environment,
  headOf,
} from './audit.ts'
import { tenantOfProject } from './projects.ts'
import { auditEntries } from './schema.ts'

type Content = AuditContent & { sourceId: string }

/** Appends changes of a project to the log of its tenant, in the order given. */
export async function appendNotes(
  env: Environment,
  projectId: string,
  notes: AuditNote[],
): Promise<Result<{ appended: number }, 'unknown_project' | 'busy'>> {
  if (notes.length > auditNotesMax) throw new RangeError(`At most ${auditNotesMax} notes a call.`)
  const tenantId = await tenantOfProject(drizzle(env.AUTH_DB), projectId)
  if (tenantId === undefined) return fail('unknown_project')
  const contents = notes.map(({ id, at, action, subject, caller }) => ({
    tenantId,
    at,
    actorKind: actorKindOf(caller),
    actorId: caller.actorId,
    action,
    subject,
    projectId,
    address: caller.address ?? '',
    requestId: caller.requestId,
    result: 'done',
    sourceId: id,
  }))
  return append(env, tenantId, contents)
}

/** What a member was refused, and where they tried it. */
export type Refusal = { action: string; path: string; code: string }
const refusalMilliseconds = 60_000

/** Notes what a member was refused; the same again within a minute is one entry, so that nobody fills the log. */
export async function appendRefusal(
  env: Environment,
  caller: Caller,
  { action, path, code }: Refusal,
): Promise<Result<{ appended: number }, 'busy'>> {
  const { member, actorId, projectId, requestId, address = '' } = caller
  if (!member) return ok({ appended: 0 })
  const at = now()
  const minute = Math.floor(at / refusalMilliseconds)
  const content = {
    tenantId: member.tenantId,
    at,
    actorKind: 'member',
    actorId,
    action,
    subject: path.slice(0, 256),
    projectId,
    address,
    requestId,
    result: `refused:${code}`,
    sourceId: sha256(JSON.stringify([actorId, action, projectId, code, minute])),
  }
  return append(env, member.tenantId, [content])
}

/** Writes what the log does not have. Each round one writer of a tenant wins, and the others look again. */
async function append(
  env: Environment,
  tenantId: string,
  contents: Content[],
): Promise<Result<{ appended: number }, 'busy'>> {
  const db = drizzle(env.AUTH_DB)
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const head = await headOf(db, tenantId)
    const known = await knownOf(db, tenantId, contents)
    const rows = follow(
      env,
      head,
      contents.filter(({ sourceId }) => !known.has(sourceId)),
    )
    const [first, ...others] = rows.map((row) => db.insert(auditEntries).values(row))
    if (!first) return ok({ appended: 0 })
    try {
      await db.batch([first, ...others])
      return ok({ appended: rows.length })
    } catch (error) {
      if (!isUniqueViolation(error, 'audit_entries')) throw error
    }
  }
  return fail('busy')
}

function follow(env: Environment, head: Parameters<typeof chained>[1], contents: Content[]) {
  let last = head
  return contents.map((content) => (last = chained(env, last, content)))
}

async function knownOf(
  db: DrizzleD1Database,
  tenantId: string,
  contents: Content[],
): Promise<Set<string | null>> {
  const ids = contents.map(({ sourceId }) => sourceId)
  const rows = await db
    .select({ sourceId: auditEntries.sourceId })
    .from(auditEntries)
    .where(and(eq(auditEntries.tenantId, tenantId), inArray(auditEntries.sourceId, ids)))
  return new Set(rows.map(({ sourceId }) => sourceId))
}
