/** A change of what a project has set up: made once per key, noted for the audit log, announced. */
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { requestHash } from '@coinop/shared/hash'
import { once, type Statement } from '@coinop/shared/idempotency'
import { drainOutbox } from '@coinop/shared/outbox'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { drizzle } from 'drizzle-orm/d1'
import type { Context } from 'hono'
import type { AppEnv } from './env.ts'

/** What is written together with the change; `subject` is the id of what was changed. */
type RecordOf<T> = (answer: T, subject: string) => Promise<Statement[]>

/** Performs the request's operation once; `input` is everything that tells two requests apart. */
export async function changeOnce<T>(
  c: Context<AppEnv>,
  input: unknown,
  perform: (db: DrizzleD1Database, recordOf: RecordOf<T>) => Promise<T>,
): Promise<T> {
  const caller = c.get('caller')
  const operation = c.get('operation')
  const db = drizzle(c.env.LEADERBOARDS_DB)
  const request = {
    db,
    projectId: caller.projectId,
    actorId: caller.actorId,
    key: c.get('idempotencyKey'),
    requestHash: requestHash(operation, input),
  }
  const { answer, replayed } = await once<T>(request, (record) =>
    perform(db, async (given, subject) => [
      noteChange(db, caller, { action: operation, subject }),
      ...(await record(given)),
    ]),
  )
  c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
  c.executionCtx.waitUntil(drainOutbox(db, c.env.EVENTS_APPENDS))
  if (replayed) c.header('idempotency-replayed', 'true')
  return answer
}
