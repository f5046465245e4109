/** The audit log of a tenant: each entry authenticates itself and the one before, so that no row can be changed unseen. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { hmacSha256 } from '@coinop/shared/hash'
import type { Statement } from '@coinop/shared/idempotency'
import { Problem } from '@coinop/shared/problem'
import { and, asc, desc, eq, gt } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { auditEntries } from './schema.ts'
import { textKeyFor } from './secrets.ts'
import type { AuditRow } from './tenant-model.ts'

export type Environment = Pick<AuthEnv, 'AUTH_DB' | 'AUTH_SECRET'>

/** Who changes something, and where they are. */
export type Origin = { tenantId: string; caller: Caller; action: string }
/** A change as its rule decides it. `actorId` when the caller becomes somebody by it. */
export type Change<T> = {
  answer: T
  statements: Statement[]
  subject: string
  projectId?: string
  actorId?: string
  /** It is so already: nothing is written, not even an entry. */
  unchanged?: true
}

/** Each round one writer of a tenant wins, so this many may write at the same moment. */
export const attemptsMax = 100

/**
 * Decides and writes a change together with its audit entry, as if changes of a tenant came one after the other: when
 * another one came between reading and writing, nothing is written and `decide` is asked again. `finish` adds what
 * depends on the answer.
 */
export async function audited<T>(
  env: Environment,
  origin: Origin,
  decide: (db: DrizzleD1Database) => Promise<Change<T>>,
  finish: (answer: T) => Promise<Statement[]>,
): Promise<T> {
  const db = drizzle(env.AUTH_DB)
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const head = await headOf(db, origin.tenantId)
    const change = await decide(db)
    if (change.unchanged) return change.answer
    const entry = chained(env, head, entryOf(origin, change))
    try {
      await db.batch([
        db.insert(auditEntries).values(entry),
        ...change.statements,
        ...(await finish(change.answer)),
      ])
      return change.answer
    } catch (error) {
      if (!isUniqueViolation(error, 'audit_entries')) throw error
    }
  }
  throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
}

export async function headOf(
  db: DrizzleD1Database,
  tenantId: string,
): Promise<AuditRow | undefined> {
  const [head] = await db
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.tenantId, tenantId))
    .orderBy(desc(auditEntries.sequence))
    .limit(1)
  return head
}

export type AuditContent = Omit<AuditRow, 'sequence' | 'hash'>

function entryOf(
  { tenantId, caller, action }: Origin,
  change: Pick<Change<unknown>, 'subject' | 'projectId' | 'actorId'>,
): AuditContent {
  return {
    tenantId,
    at: now(),
    actorKind: change.actorId === undefined ? actorKindOf(caller) : 'member',
    actorId: change.actorId ?? caller.actorId,
    action,
    subject: change.subject,
    projectId: change.projectId ?? caller.projectId,
    address: caller.address ?? '',
    requestId: caller.requestId,
    result: 'done',
    sourceId: null,
  }
}

/** A secret key acts for its project's server; the log calls it what its id says. */
export const actorKindOf = ({ kind }: Pick<Caller, 'kind'>): string =>
  kind === 'secret' ? 'key' : kind

/** The entry that follows `head`. */
export function chained(
  env: Environment,
  head: Pick<AuditRow, 'sequence' | 'hash'> | undefined,
  content: AuditContent,
): AuditRow {
  const entry = { ...content, sequence: (head?.sequence ?? 0) + 1 }
  return { ...entry, hash: hashOf(env, entry, head?.hash ?? '') }
}

/** Keyed, so that who can only write to the database cannot make a chain of their own. */
function hashOf({ AUTH_SECRET }: Environment, entry: Omit<AuditRow, 'hash'>, previous: string) {
  const { tenantId, sequence, at, actorKind, actorId, action, ...rest } = entry
  const { subject, projectId, address, requestId, result, sourceId } = rest
  const who = [tenantId, sequence, at, actorKind, actorId, action]
  const what = [subject, projectId, address, requestId, result]
  const source = sourceId === null ? [] : [sourceId]
  return hmacSha256(
    textKeyFor(AUTH_SECRET, 'audit'),
    JSON.stringify([...who, ...what, previous, ...source]),
  )
}

/** Most entries that one call looks at. */
export const verifiedMax = 5_000
const chunkMax = 500

export type Verification = {
  valid: boolean
  checked: number
  /** The last sequence that was found right. */
  verifiedTo: number
  brokenAt: number | null
  hasMore: boolean
}

/** Follows the chain from the entry after `after`, which is taken for right. */
export async function verifyAudit(
  env: Environment,
  tenantId: string,
  after: number,
): Promise<Verification> {
  const db = drizzle(env.AUTH_DB)
  const [anchor] = after === 0 ? [] : await entriesAfter(db, tenantId, after - 1, 1)
  let previous = { sequence: after, hash: anchor?.hash ?? '' }
  const checked = () => previous.sequence - after
  while (checked() < verifiedMax) {
    const rows = await entriesAfter(db, tenantId, previous.sequence, chunkMax)
    for (const { hash, ...entry } of rows) {
      const follows = entry.sequence === previous.sequence + 1
      if (!follows || hash !== hashOf(env, entry, previous.hash)) {
        const brokenAt = previous.sequence + 1
        const verifiedTo = previous.sequence
        return { valid: false, checked: checked(), verifiedTo, brokenAt, hasMore: false }
      }
      previous = { sequence: entry.sequence, hash }
    }
    if (rows.length < chunkMax) return found(checked(), previous.sequence, false)
  }
  return found(checked(), previous.sequence, true)
}

const found = (checked: number, verifiedTo: number, hasMore: boolean): Verification => ({
  valid: true,
  checked,
  verifiedTo,
  brokenAt: null,
  hasMore,
})

const entriesAfter = (db: DrizzleD1Database, tenantId: string, sequence: number, limit: number) =>
  db
    .select()
    .from(auditEntries)
    .where(and(eq(auditEntries.tenantId, tenantId), gt(auditEntries.sequence, sequence)))
    .orderBy(asc(auditEntries.sequence))
    .limit(limit)
