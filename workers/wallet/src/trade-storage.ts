/** Every statement on the tables of a trade: the trade as it stands, its history, and the keys that changed it. */
import type { Trade, TradeStep } from './trade-rules.ts'

/** `detail` is JSON: what was offered, the digest that was confirmed, or why it failed. */
export type HistoryRow = {
  seq: number
  step: TradeStep
  /** Who did it; empty when it followed by itself. */
  userId: string
  actor: string
  version: number
  detail: string
  at: number
}

const tables = [
  // One row: a decision is one write.
  `CREATE TABLE trade (
    id INTEGER PRIMARY KEY CHECK (id = 1), state TEXT NOT NULL, publishedSeq INTEGER NOT NULL DEFAULT 0)`,
  `CREATE TABLE history (
    seq INTEGER PRIMARY KEY, step TEXT NOT NULL, userId TEXT NOT NULL, actor TEXT NOT NULL, version INTEGER NOT NULL,
    detail TEXT NOT NULL, at INTEGER NOT NULL)`,
  `CREATE TRIGGER history_keep BEFORE UPDATE ON history
    BEGIN SELECT raise(ABORT, 'the history is append-only'); END`,
  `CREATE TRIGGER history_stay BEFORE DELETE ON history
    BEGIN SELECT raise(ABORT, 'the history is append-only'); END`,
  `CREATE TABLE commands (key TEXT PRIMARY KEY, requestHash TEXT NOT NULL) WITHOUT ROWID`,
]

export class TradeStorage {
  private readonly sql: Pick<SqlStorage, 'exec'>
  private isMade: boolean

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
    this.isMade = sql.exec(`SELECT 1 FROM sqlite_master WHERE name = 'trade'`).toArray().length > 0
  }

  /** Undefined where nobody made one: asking for it leaves nothing behind. */
  trade(): Trade | undefined {
    if (!this.isMade) return undefined
    const [row] = this.sql.exec<{ state: string }>(`SELECT state FROM trade`).toArray()
    return row && (JSON.parse(row.state) as Trade)
  }

  /** Inside a transaction that does nothing else before. */
  create(trade: Trade): void {
    for (const statement of tables) this.sql.exec(statement)
    this.sql.exec(`INSERT INTO trade (id, state) VALUES (1, ?)`, JSON.stringify(trade))
    this.isMade = true
  }

  save(trade: Trade): void {
    this.sql.exec(`UPDATE trade SET state = ?`, JSON.stringify(trade))
  }

  requestHash(key: string): string | undefined {
    return this.sql
      .exec<{ requestHash: string }>(`SELECT requestHash FROM commands WHERE key = ?`, key)
      .toArray()[0]?.requestHash
  }

  recordCommand(key: string, requestHash: string): void {
    this.sql.exec(`INSERT INTO commands VALUES (?, ?)`, key, requestHash)
  }

  record({ step, userId, actor, version, detail, at }: Omit<HistoryRow, 'seq'>): void {
    this.sql.exec(
      `INSERT INTO history (step, userId, actor, version, detail, at) VALUES (?, ?, ?, ?, ?, ?)`,
      step,
      userId,
      actor,
      version,
      detail,
      at,
    )
  }

  /** Rows after `after`, the oldest first. */
  history(after: number, limit: number): HistoryRow[] {
    return this.sql
      .exec<HistoryRow>(`SELECT * FROM history WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
      .toArray()
  }

  publishedSeq(): number {
    return this.sql.exec<{ publishedSeq: number }>(`SELECT publishedSeq FROM trade`).one()
      .publishedSeq
  }

  setPublishedSeq(seq: number): void {
    this.sql.exec(`UPDATE trade SET publishedSeq = max(publishedSeq, ?)`, seq)
  }
}
