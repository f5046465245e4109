/** One object per project: its single thread hands the quota out in leases, so that the total never exceeds it. */
import { now } from '@coinop/shared/clock'
import { CountedObject } from '@coinop/shared/counted-object'
import { writeDays } from './daily-usage.ts'
import { grantOf, type LeaseAnswer, leaseMilliseconds, type LeaseRequest } from './leases.ts'
import { dayOf, monthBounds, monthOf } from './periods.ts'
import { type OperationClass, operationClasses, planNamed, plans } from './plans.ts'

type LeaseRow = {
  class: OperationClass
  day: string
  granted: number
  expires_at: number
  ceiling: number
  current: number
  resets_at: number
  open: number
}
export type DayRow = { day: string; class: OperationClass; operations: number }

/** A lease that nobody settles for this long belonged to an isolate that died: what it held counts as used. */
const settledWithinMilliseconds = 3_600_000
const alarmMilliseconds = 60_000
const daysKept = 62
const daysMax = 300

export class MeterObject extends CountedObject<BillingEnv> {
  constructor(ctx: DurableObjectState, env: BillingEnv) {
    super(ctx, env)
    this.sql.exec(
      `CREATE TABLE IF NOT EXISTS project (id TEXT NOT NULL);
       CREATE TABLE IF NOT EXISTS leases (
        id TEXT PRIMARY KEY, class TEXT NOT NULL, day TEXT NOT NULL, granted INTEGER NOT NULL,
        expires_at INTEGER NOT NULL, ceiling INTEGER NOT NULL, current INTEGER NOT NULL,
        resets_at INTEGER NOT NULL, open INTEGER NOT NULL) WITHOUT ROWID;
       CREATE TABLE IF NOT EXISTS days (
        day TEXT NOT NULL, class TEXT NOT NULL, operations INTEGER NOT NULL,
        changed INTEGER NOT NULL, PRIMARY KEY (class, day)) WITHOUT ROWID`,
    )
  }

  /** Hands out a block of operations. Repeating a call with the same id hands out nothing more. */
  async lease(projectId: string, request: LeaseRequest): Promise<LeaseAnswer> {
    const { answer, fresh } = this.ctx.storage.transactionSync(() => {
      const known = this.findLease(request.id)
      if (known) return { answer: answerOf(known), fresh: false }
      return { answer: this.open(projectId, request), fresh: true }
    })
    if (fresh) await this.wakeLater()
    return answer
  }

  /** Takes back what of a lease was not used. Repeating it, or giving more than was granted, returns nothing more. */
  async giveBack(leaseId: string, unused: number): Promise<number> {
    const returned = this.ctx.storage.transactionSync(() => {
      const lease = this.findLease(leaseId)
      if (!lease?.open) return 0
      const count = Math.min(Math.max(0, Math.floor(unused)), lease.granted)
      this.sql.exec(`UPDATE leases SET open = 0 WHERE id = ?`, leaseId)
      this.count(lease.day, lease.class, -count)
      return count
    })
    if (returned > 0) await this.wakeLater()
    return returned
  }

  /** What is handed out in the month of this moment, by class. */
  used(): Record<OperationClass, number> {
    const entries = operationClasses.map((each) => [each, this.usedOf(each, monthOf(now()))])
    return Object.fromEntries(entries) as Record<OperationClass, number>
  }

  /** Writes the days that changed to the database, whole, so that a repetition changes nothing; then forgets the old. */
  override async alarm(): Promise<void> {
    const { sql } = this
    const [project] = sql.exec<{ id: string }>(`SELECT id FROM project`).toArray()
    if (!project) return
    const rows = sql
      .exec<DayRow>(
        `SELECT day, class, operations FROM days WHERE changed = 1 ORDER BY day LIMIT ?`,
        daysMax,
      )
      .toArray()
    await writeDays(this.env.BILLING_DB, project.id, rows)
    this.ctx.storage.transactionSync(() => {
      for (const { day, class: name, operations } of rows) {
        // Counted on while the database wrote: the next alarm sends it again.
        sql.exec(
          `UPDATE days SET changed = 0 WHERE day = ? AND class = ? AND operations = ?`,
          day,
          name,
          operations,
        )
      }
      sql.exec(`DELETE FROM leases WHERE expires_at < ?`, now() - settledWithinMilliseconds)
      const oldest = dayOf(now() - daysKept * 86_400_000)
      sql.exec(`DELETE FROM days WHERE day < ? AND changed = 0`, oldest)
    })
    const { left } = sql
      .exec<{ left: number }>(
        `SELECT (SELECT count(*) FROM days WHERE changed = 1) + (SELECT count(*) FROM leases) AS left`,
      )
      .one()
    if (left > 0) await this.wakeLater()
  }

  private open(projectId: string, request: LeaseRequest): LeaseAnswer {
    const { sql } = this
    const at = now()
    const limit = plans[planNamed(request.plan)].operationsPerMonth[request.class]
    const used = this.usedOf(request.class, monthOf(at))
    const granted = grantOf(Math.max(0, limit - used), request)
    const resetsAt = monthBounds(at).endsAt
    const expiresAt = Math.min(at + leaseMilliseconds, resetsAt)
    const answer = { granted, expiresAt, limit, current: used + granted, resetsAt }
    // Nothing was handed out, so there is nothing to remember: refusals cost no row.
    if (granted === 0) return answer
    sql.exec(
      `INSERT INTO project (id) SELECT ? WHERE NOT EXISTS (SELECT 1 FROM project)`,
      projectId,
    )
    sql.exec(
      `INSERT INTO leases (id, class, day, granted, expires_at, ceiling, current, resets_at, open)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)`,
      request.id,
      request.class,
      dayOf(at),
      granted,
      expiresAt,
      limit,
      answer.current,
      resetsAt,
    )
    this.count(dayOf(at), request.class, granted)
    return answer
  }

  private count(day: string, name: OperationClass, operations: number): void {
    if (operations === 0) return
    this.sql.exec(
      `INSERT INTO days (day, class, operations, changed) VALUES (?, ?, ?, 1)
       ON CONFLICT (class, day) DO UPDATE SET operations = operations + excluded.operations, changed = 1`,
      day,
      name,
      operations,
    )
  }

  private usedOf(name: OperationClass, month: string): number {
    const { used } = this.sql
      .exec<{ used: number }>(
        `SELECT coalesce(sum(operations), 0) AS used FROM days
         WHERE class = ?1 AND day BETWEEN ?2 || '-01' AND ?2 || '-31'`,
        name,
        month,
      )
      .one()
    return used
  }

  private findLease(id: string): LeaseRow | undefined {
    return this.sql.exec<LeaseRow>(`SELECT * FROM leases WHERE id = ?`, id).toArray()[0]
  }

  private async wakeLater(): Promise<void> {
    if ((await this.ctx.storage.getAlarm()) !== null) return
    await this.ctx.storage.setAlarm(now() + alarmMilliseconds)
  }
}

const answerOf = (row: LeaseRow): LeaseAnswer => ({
  granted: row.granted,
  expiresAt: row.expires_at,
  limit: row.ceiling,
  current: row.current,
  resetsAt: row.resets_at,
})
