/** Every statement on a wallet's balances, entries, commands and outgoing transfers; the tables are in `object-schema.ts`. */
import type { Balance, EntryRow } from './ledger-rules.ts'

export type WalletReference = { projectId: string; walletId: string }

/** What a key did: the entries it made, or why it was refused. Kept for ever. */
export type CommandRecord = {
  requestHash: string
  refusal: string | null
  firstSeq: number
  lastSeq: number
  /** Which step of a batch was refused, counted from 0. */
  refusedStep: number | null
}

export type OutgoingState = 'SENT' | 'COMPLETED' | 'REFUNDED'
export type OutgoingTransfer = {
  id: string
  /** A reversal is a transfer back, of the same id; a trade's was set aside before, and its arrival is certain. */
  kind: 'transfer' | 'reversal' | 'trade'
  recipient: string
  currency: string
  amount: number
  memo: string
  /** The most that the recipient may hold; null for any. */
  cap: number | null
  state: OutgoingState
  refusal: string | null
  attempts: number
  nextAttemptAt: number
  createdAt: number
}

/** Statements over one wallet's storage. Synchronous, without rules: `wallet-object.ts` decides. */
export class WalletStorage {
  private readonly sql: Pick<SqlStorage, 'exec'>

  /** Up to which entry the copy is known to have them all: written with the next balance, so that it costs no row. */
  copied: number

  constructor(sql: Pick<SqlStorage, 'exec'>) {
    this.sql = sql
    this.copied = this.copiedSeq()
  }

  reference(): WalletReference | undefined {
    return this.sql.exec<WalletReference>(`SELECT projectId, walletId FROM wallet`).toArray()[0]
  }

  /** Notes at the first command whose wallet this is. */
  open({ projectId, walletId }: WalletReference): void {
    if (this.reference()) return
    this.sql.exec(
      `INSERT INTO wallet (id, projectId, walletId) VALUES (1, ?, ?)`,
      projectId,
      walletId,
    )
  }

  balances(): (Balance & { currency: string })[] {
    return this.sql
      .exec<Balance & { currency: string }>(
        `SELECT currency, posted, held FROM balances ORDER BY currency`,
      )
      .toArray()
  }

  balance(currency: string): Balance {
    const [row] = this.sql
      .exec<Balance>(`SELECT posted, held FROM balances WHERE currency = ?`, currency)
      .toArray()
    return row ?? { posted: 0, held: 0 }
  }

  setBalance(currency: string, { posted, held }: Balance): void {
    this.sql.exec(
      `INSERT INTO balances (currency, posted, held, copied) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (currency) DO UPDATE SET posted = ?2, held = ?3, copied = ?4`,
      currency,
      posted,
      held,
      this.copied,
    )
  }

  lastEntry(): EntryRow | undefined {
    return this.sql.exec<EntryRow>(`SELECT * FROM entries ORDER BY seq DESC LIMIT 1`).toArray()[0]
  }

  insertEntry(entry: EntryRow): void {
    this.sql.exec(
      `INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      entry.seq,
      entry.transferId,
      entry.kind,
      entry.currency,
      entry.amount,
      entry.counterAccount,
      entry.counterparty,
      entry.balanceAfter,
      entry.memo,
      entry.actor,
      entry.at,
      entry.previousHash,
      entry.hash,
      entry.heldChange,
      entry.heldAfter,
    )
  }

  /** Entries from `firstSeq` to `lastSeq`, oldest first. */
  entriesBetween(firstSeq: number, lastSeq: number): EntryRow[] {
    return this.sql
      .exec<EntryRow>(
        `SELECT * FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq`,
        firstSeq,
        lastSeq,
      )
      .toArray()
  }

  /** The newest entries with a sequence below `before`, newest first. */
  entriesBefore(before: number, limit: number): EntryRow[] {
    return this.sql
      .exec<EntryRow>(
        `SELECT * FROM entries WHERE seq < ? ORDER BY seq DESC LIMIT ?`,
        before,
        limit,
      )
      .toArray()
  }

  command(key: string): CommandRecord | undefined {
    return this.sql
      .exec<CommandRecord>(
        `SELECT requestHash, refusal, firstSeq, lastSeq, refusedStep FROM commands WHERE key = ?`,
        key,
      )
      .toArray()[0]
  }

  recordCommand(key: string, record: CommandRecord): void {
    this.sql.exec(
      `INSERT INTO commands VALUES (?, ?, ?, ?, ?, ?)`,
      key,
      record.requestHash,
      record.refusal,
      record.firstSeq,
      record.lastSeq,
      record.refusedStep,
    )
  }

  outgoing(id: string): OutgoingTransfer | undefined {
    return this.sql.exec<OutgoingTransfer>(`SELECT * FROM outgoing WHERE id = ?`, id).toArray()[0]
  }

  insertOutgoing(transfer: OutgoingTransfer): void {
    this.sql.exec(
      `INSERT INTO outgoing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      transfer.id,
      transfer.recipient,
      transfer.currency,
      transfer.amount,
      transfer.memo,
      transfer.state,
      transfer.refusal,
      transfer.attempts,
      transfer.nextAttemptAt,
      transfer.createdAt,
      transfer.kind,
      transfer.cap,
    )
  }

  finishOutgoing(id: string, state: OutgoingState, refusal: string | null): void {
    this.sql.exec(`UPDATE outgoing SET state = ?, refusal = ? WHERE id = ?`, state, refusal, id)
  }

  postponeOutgoing(id: string, attempts: number, nextAttemptAt: number): void {
    this.sql.exec(
      `UPDATE outgoing SET attempts = ?, nextAttemptAt = ? WHERE id = ?`,
      attempts,
      nextAttemptAt,
      id,
    )
  }

  /** Transfers whose outcome is unknown, the most overdue first. */
  unfinishedOutgoing(limit: number): OutgoingTransfer[] {
    return this.sql
      .exec<OutgoingTransfer>(
        `SELECT * FROM outgoing WHERE state = 'SENT' ORDER BY nextAttemptAt LIMIT ?`,
        limit,
      )
      .toArray()
  }

  /** What unfinished transfers have taken out and may still bring back. */
  returning(currency: string): number {
    return this.sql
      .exec<{ amount: number }>(
        `SELECT coalesce(sum(amount), 0) AS amount FROM outgoing WHERE state = 'SENT' AND currency = ?`,
        currency,
      )
      .one().amount
  }

  /** What was written of `copied`: what has been copied since then is not in it. */
  private copiedSeq(): number {
    return this.sql
      .exec<{ seq: number }>(
        `SELECT max(coalesce((SELECT projectedSeq FROM wallet), 0),
           coalesce((SELECT max(copied) FROM balances), 0)) AS seq`,
      )
      .one().seq
  }

  /** Entries from `first` to `last`, oldest first, read as far as somebody looks. */
  entriesUp(first: number, last: number): Iterable<EntryRow> {
    return this.sql.exec<EntryRow>(
      `SELECT * FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq`,
      first,
      last,
    )
  }

  /** The same, newest first. */
  entriesDown(first: number, last: number): Iterable<EntryRow> {
    return this.sql.exec<EntryRow>(
      `SELECT * FROM entries WHERE seq BETWEEN ? AND ? ORDER BY seq DESC`,
      first,
      last,
    )
  }

  entryTime(seq: number): number {
    return this.sql.exec<{ at: number }>(`SELECT at FROM entries WHERE seq = ?`, seq).one().at
  }

  /** The last checkpoint at `seq` or before it; before the first there is nothing. */
  checkpointBefore(seq: number): { seq: number; balances: string } {
    const [row] = this.sql
      .exec<{ seq: number; balances: string }>(
        `SELECT * FROM checkpoints WHERE seq <= ? ORDER BY seq DESC LIMIT 1`,
        seq,
      )
      .toArray()
    return row ?? { seq: 0, balances: '[]' }
  }

  writeCheckpoint(seq: number, balances: string): void {
    this.sql.exec(`INSERT OR IGNORE INTO checkpoints VALUES (?, ?)`, seq, balances)
  }
}
