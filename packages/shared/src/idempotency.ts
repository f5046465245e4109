/**
 * Writes that can be retried, for Workers whose record is D1: the answer is stored in the same batch as the effect, so
 * there is never an effect without its answer, and never two effects. Money has its own, without expiry, in the wallet.
 */
import { and, eq, lt } from 'drizzle-orm'
import type { BatchItem } from 'drizzle-orm/batch'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import { now } from './clock.ts'
import { Problem } from './problem.ts'

/** Re-exported by the `schema.ts` of every Worker that uses `once`. */
export const idempotency = sqliteTable(
  'idempotency',
  {
    projectId: text('project_id').notNull(),
    /** Whose key it is: two callers may choose the same one. */
    actorId: text('actor_id').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    answer: text('answer').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.actorId, table.key] })],
)

export type Statement = BatchItem<'sqlite'>

/** How an answer is stored when it carries a secret: sealed on the way in, opened on a replay. */
export type Seal = {
  seal(text: string): Promise<string>
  open(sealed: string): Promise<string>
}

export type OnceRequest = {
  db: DrizzleD1Database
  projectId: string
  actorId: string
  /** Empty when the client sent none: then every call is a new one. */
  key: string
  requestHash: string
  seal?: Seal
}

/** Stored answers are kept this long. */
export const idempotencyKeptMilliseconds = 48 * 3_600_000

/**
 * Runs `perform` once per key. `perform` makes its effect in one `db.batch([...effects, ...record])`, where `record` is
 * what `recordOf(answer)` gave it. Of two that run at once one batch fails as a whole, and that one answers with the
 * winner's answer. Throws `idempotency_conflict` when the key was used for another request.
 */
export async function once<T>(
  request: OnceRequest,
  perform: (recordOf: (answer: T) => Promise<Statement[]>) => Promise<T>,
): Promise<{ answer: T; replayed: boolean }> {
  const earlier = await findAnswer<T>(request)
  if (earlier) return earlier
  try {
    return { answer: await perform((answer) => record(request, answer)), replayed: false }
  } catch (error) {
    const winner = await findAnswer<T>(request)
    if (winner) return winner
    throw error
  }
}

async function findAnswer<T>(
  request: OnceRequest,
): Promise<{ answer: T; replayed: true } | undefined> {
  const { db, projectId, actorId, key, requestHash, seal } = request
  if (key === '') return undefined
  const [row] = await db
    .select()
    .from(idempotency)
    .where(
      and(
        eq(idempotency.projectId, projectId),
        eq(idempotency.actorId, actorId),
        eq(idempotency.key, key),
      ),
    )
  if (!row) return undefined
  if (row.requestHash !== requestHash) throw new Problem('idempotency_conflict')
  const text = seal ? await seal.open(row.answer) : row.answer
  return { answer: JSON.parse(text) as T, replayed: true }
}

async function record<T>(request: OnceRequest, answer: T): Promise<Statement[]> {
  const { db, projectId, actorId, key, requestHash, seal } = request
  if (key === '') return []
  const text = JSON.stringify(answer)
  const stored = seal ? await seal.seal(text) : text
  return [
    db
      .insert(idempotency)
      .values({ projectId, actorId, key, requestHash, answer: stored, createdAt: now() }),
  ]
}

/**
 * Forgets stored answers that are past their time; for a Worker's minutely cron. It reads the whole table, for an index
 * would cost every write a row, and so it works in the first minute of an hour only.
 */
export async function pruneIdempotency(db: DrizzleD1Database): Promise<void> {
  if (new Date(now()).getUTCMinutes() !== 0) return
  await db.delete(idempotency).where(lt(idempotency.createdAt, now() - idempotencyKeptMilliseconds))
}
