/** Tables of things to be told elsewhere, row by row: sent by project, oldest first, and forgotten once they are there. */
import { asc, inArray, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { auditOutbox } from './audit.ts'
import { uncounted } from './cost.ts'
import { logError } from './log.ts'
import type { outbox } from './outbox.ts'

type Waiting = typeof outbox | typeof auditOutbox

/** `send` tells of rows of one project, at most `rowsMax` at once, and throws when they were not taken. */
type Drain<Table extends Waiting> = {
  /** As its failures are logged. */
  name: string
  table: Table
  rowsMax: number
  send: (projectId: string, rows: Table['$inferSelect'][]) => Promise<void>
}

/**
 * Sends what is waiting. Safe to run several times at once, and never throws: what cannot be sent now is logged and waits
 * for the next minute. A project whose rows are not taken keeps nobody else waiting.
 */
export const drain = <Table extends Waiting>(
  db: DrizzleD1Database,
  what: Drain<Table>,
): Promise<void> => uncounted(() => drainAll(db, what))

async function drainAll<Table extends Waiting>(
  db: DrizzleD1Database,
  what: Drain<Table>,
): Promise<void> {
  const failed = new Set<string>()
  try {
    for (let round = 0; round < roundsMax; round++) {
      if (!(await drainRound(db, what, failed))) return
    }
  } catch (error) {
    logError(what.name, `${what.name}.drain`, error)
  }
}

/** Sends the oldest rows of all projects but those that `failed`, and adds to these; false when nothing was left. */
async function drainRound<Table extends Waiting>(
  db: DrizzleD1Database,
  what: Drain<Table>,
  failed: Set<string>,
): Promise<boolean> {
  const rows = await oldest(db, what, failed)
  for (const [projectId, batch] of Map.groupBy(rows, (row) => row.projectId)) {
    if (!(await sendBatch(db, what, projectId, batch))) failed.add(projectId)
  }
  return rows.length > 0
}

/** The list of projects is one bound value, for D1 allows 100. */
async function oldest<Table extends Waiting>(
  db: DrizzleD1Database,
  { table, rowsMax }: Drain<Table>,
  failed: Set<string>,
): Promise<Table['$inferSelect'][]> {
  const list = JSON.stringify([...failed])
  const rows = await db
    .select()
    .from(table)
    .where(sql`${table.projectId} NOT IN (SELECT value FROM json_each(${list}))`)
    .orderBy(asc(table.sequence))
    .limit(rowsMax)
  // Drizzle does not follow a table that is a type parameter.
  return rows as Table['$inferSelect'][]
}

async function sendBatch<Table extends Waiting>(
  db: DrizzleD1Database,
  { name, table, send }: Drain<Table>,
  projectId: string,
  rows: Table['$inferSelect'][],
): Promise<boolean> {
  try {
    await send(projectId, rows)
  } catch (error) {
    logError(name, `${name}.send`, error)
    return false
  }
  const sequences = rows.map(({ sequence }) => sequence)
  await db.delete(table).where(inArray(table.sequence, sequences))
  return true
}

/** Bounds one run; the next minute's sweep goes on. */
const roundsMax = 20
