/** Every statement on the holds and reversals of a wallet. */
import type { HoldRow, HoldState } from './hold-rules.ts'

export class HoldStorage {
  private readonly sql: Pick<SqlStorage, 'exec'>

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
  }

  find(id: string): HoldRow | undefined {
    return this.sql.exec<HoldRow>(`SELECT * FROM holds WHERE id = ?`, id).toArray()[0]
  }

  /** Holds with an id below `before`, the newest first. */
  before(before: string, limit: number): HoldRow[] {
    return this.sql
      .exec<HoldRow>(`SELECT * FROM holds WHERE id < ? ORDER BY id DESC LIMIT ?`, before, limit)
      .toArray()
  }

  insert(hold: HoldRow): void {
    this.sql.exec(
      `INSERT INTO holds VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      hold.id,
      hold.currency,
      hold.amount,
      hold.captured,
      hold.account,
      hold.memo,
      hold.state,
      hold.createdAt,
      hold.expiresAt,
      hold.endedAt,
    )
  }

  end(id: string, state: HoldState, { captured, at }: { captured: number; at: number }): void {
    this.sql.exec(
      `UPDATE holds SET state = ?, captured = ?, endedAt = ? WHERE id = ?`,
      state,
      captured,
      at,
      id,
    )
  }

  openCount(): number {
    return this.sql
      .exec<{ count: number }>(`SELECT count(*) AS count FROM holds WHERE state = 'open'`)
      .one().count
  }

  /** Open holds whose time is over at `at`, the first to end first. */
  due(at: number): HoldRow[] {
    return this.sql
      .exec<HoldRow>(
        `SELECT * FROM holds WHERE state = 'open' AND expiresAt <= ? ORDER BY expiresAt, id`,
        at,
      )
      .toArray()
  }

  /** What holds past their time still keep in `balances.held`, per currency. */
  overdue(at: number): Map<string, number> {
    const rows = this.sql
      .exec<{ currency: string; amount: number }>(
        `SELECT currency, sum(amount) AS amount FROM holds WHERE state = 'open' AND expiresAt <= ? GROUP BY currency`,
        at,
      )
      .toArray()
    return new Map(rows.map(({ currency, amount }) => [currency, amount]))
  }

  /** When the next hold ends; undefined when none is open. */
  nextExpiry(): number | undefined {
    return this.sql
      .exec<{ expiresAt: number }>(
        `SELECT expiresAt FROM holds WHERE state = 'open' ORDER BY expiresAt LIMIT 1`,
      )
      .toArray()[0]?.expiresAt
  }

  isReversed(transferId: string): boolean {
    return (
      this.sql.exec(`SELECT 1 FROM reversals WHERE transferId = ?`, transferId).toArray().length > 0
    )
  }

  insertReversal(transferId: string): void {
    this.sql.exec(`INSERT INTO reversals VALUES (?)`, transferId)
  }
}
