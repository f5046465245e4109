/** The review queue of a board in one season: what rules have hit, one row for what a user repeats. */
import type { FraudAction, Hit } from './fraud-rules.ts'

export type ReviewStatus = 'open' | 'shadow' | 'rejected' | 'confirmed' | 'restored'
export type Review = {
  /** Ascends with time; the place in the list. */
  number: number
  id: string
  userId: string
  ruleId: string
  action: FraudAction
  status: ReviewStatus
  /** Of the newest hit, as are `submitted` and `lastAt`. */
  reason: string
  submitted: number[]
  hits: number
  firstAt: number
  lastAt: number
  decidedAt: number | null
}
type Row = Omit<Review, 'submitted'> & { submitted: string }

export type ReviewFilter = {
  status?: ReviewStatus | undefined
  userId?: string | undefined
  /** Those with smaller numbers. */
  before?: number | undefined
  limit: number
}
/** Most reviews on a page, and one more that tells whether there is another. */
export const reviewsMax = 101

export type Recorded = {
  hit: Hit
  userId: string
  submitted: number[]
  status: 'open' | 'shadow' | 'rejected'
  at: number
}

export class ReviewRows {
  private readonly sql: Pick<SqlStorage, 'exec'>

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
  }

  /** A user has one open review, whatever the rule; of what changes nothing one for each rule. */
  record(recorded: Recorded, idOf: (number: number) => string): void {
    const { hit, userId, submitted, status, at } = recorded
    const running = this.running(userId, status, hit.rule.id)
    const text = JSON.stringify(submitted)
    if (running) {
      const { action, ruleId } = strictest(running, hit)
      this.sql.exec(
        `UPDATE reviews SET hits = hits + 1, action = ?, ruleId = ?, reason = ?, submitted = ?, lastAt = ? WHERE number = ?`,
        action,
        ruleId,
        hit.reason,
        text,
        at,
        running.number,
      )
      return
    }
    const number = this.lastNumber() + 1
    const { id: ruleId, action } = hit.rule
    const named = [number, idOf(number), userId, ruleId, action, status]
    const bound = [...named, hit.reason, text, at, at]
    this.sql.exec(`INSERT INTO reviews VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?, ?, NULL)`, ...bound)
  }

  list({ status, userId, before, limit }: ReviewFilter): Review[] {
    const wheres = [
      ...(status === undefined ? [] : ['status = ?']),
      ...(userId === undefined ? [] : ['userId = ?']),
      ...(before === undefined ? [] : ['number < ?']),
    ]
    const where = wheres.length > 0 ? `WHERE ${wheres.join(' AND ')}` : ''
    const bound = [status, userId, before].filter((value) => value !== undefined)
    return this.sql
      .exec<Row>(
        `SELECT * FROM reviews ${where} ORDER BY number DESC LIMIT ?`,
        ...bound,
        Math.min(limit, reviewsMax),
      )
      .toArray()
      .map(toReview)
  }

  find(id: string): Review | undefined {
    return this.sql.exec<Row>(`SELECT * FROM reviews WHERE id = ?`, id).toArray().map(toReview)[0]
  }

  decide(number: number, status: 'confirmed' | 'restored', at: number): void {
    const query = `UPDATE reviews SET status = ?, decidedAt = ? WHERE number = ?`
    this.sql.exec(query, status, at, number)
  }

  private running(userId: string, status: Recorded['status'], ruleId: string): Review | undefined {
    const rule = status === 'open' ? '' : `AND ruleId = ?`
    const query = `SELECT * FROM reviews WHERE userId = ? AND status = ? ${rule} LIMIT 1`
    const bound = status === 'open' ? [userId, status] : [userId, status, ruleId]
    return this.sql
      .exec<Row>(query, ...bound)
      .toArray()
      .map(toReview)[0]
  }

  private lastNumber(): number {
    const query = `SELECT number FROM reviews ORDER BY number DESC LIMIT 1`
    return this.sql.exec<{ number: number }>(query).toArray()[0]?.number ?? 0
  }
}

/** A flag becomes a quarantine, and never the other way round. */
const strictest = (running: Review, { rule }: Hit): Pick<Review, 'action' | 'ruleId'> =>
  running.action === 'quarantine' ? running : { action: rule.action, ruleId: rule.id }

const toReview = (row: Row): Review => ({
  ...row,
  submitted: JSON.parse(row.submitted) as number[],
})
