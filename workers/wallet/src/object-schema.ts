/** The tables inside a `WalletObject`, and the steps from each version of them to the next; steps only go forward. */
import { openVersions, type TableStorage } from '@coinop/shared/object-tables'

/** The first version had no number: its statements do nothing where its tables are. */
const first = [
  `CREATE TABLE IF NOT EXISTS wallet (
    id INTEGER PRIMARY KEY CHECK (id = 1), projectId TEXT NOT NULL, walletId TEXT NOT NULL,
    projectedSeq INTEGER NOT NULL DEFAULT 0)`,
  `CREATE TABLE IF NOT EXISTS balances (
    currency TEXT PRIMARY KEY, posted INTEGER NOT NULL CHECK (posted >= held), held INTEGER NOT NULL CHECK (held >= 0)
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY, transferId TEXT NOT NULL, kind TEXT NOT NULL, currency TEXT NOT NULL,
    amount INTEGER NOT NULL, counterAccount TEXT NOT NULL, counterparty TEXT NOT NULL, balanceAfter INTEGER NOT NULL,
    memo TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, previousHash TEXT NOT NULL, hash TEXT NOT NULL)`,
  `CREATE TRIGGER IF NOT EXISTS entries_keep BEFORE UPDATE ON entries
    BEGIN SELECT raise(ABORT, 'entries are append-only'); END`,
  `CREATE TRIGGER IF NOT EXISTS entries_stay BEFORE DELETE ON entries
    BEGIN SELECT raise(ABORT, 'entries are append-only'); END`,
  `CREATE TABLE IF NOT EXISTS commands (
    key TEXT PRIMARY KEY, requestHash TEXT NOT NULL, refusal TEXT, firstSeq INTEGER NOT NULL, lastSeq INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE IF NOT EXISTS outgoing (
    id TEXT PRIMARY KEY, recipient TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL, memo TEXT NOT NULL,
    state TEXT NOT NULL, refusal TEXT, attempts INTEGER NOT NULL, nextAttemptAt INTEGER NOT NULL, createdAt INTEGER NOT NULL
  ) WITHOUT ROWID`,
  // Only what is unfinished: the alarm never walks the history.
  `CREATE INDEX IF NOT EXISTS outgoing_unfinished ON outgoing (nextAttemptAt) WHERE state = 'SENT'`,
]

/** Holds, reversals, and what a batch was refused for. */
const second = [
  `ALTER TABLE entries ADD COLUMN heldChange INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE entries ADD COLUMN heldAfter INTEGER NOT NULL DEFAULT 0`,
  `ALTER TABLE commands ADD COLUMN refusedStep INTEGER`,
  `ALTER TABLE outgoing ADD COLUMN kind TEXT NOT NULL DEFAULT 'transfer'`,
  `ALTER TABLE outgoing ADD COLUMN cap INTEGER`,
  `CREATE TABLE holds (
    id TEXT PRIMARY KEY, currency TEXT NOT NULL, amount INTEGER NOT NULL, captured INTEGER NOT NULL, account TEXT NOT NULL,
    memo TEXT NOT NULL, state TEXT NOT NULL, createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL, endedAt INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE INDEX holds_open ON holds (expiresAt, currency, amount) WHERE state = 'open'`,
  // A primary key of its own, so that a movement is reversed once, whatever keys ask for it.
  `CREATE TABLE reversals (transferId TEXT PRIMARY KEY) WITHOUT ROWID`,
]

/** Follows from the entries: the balances after every thousandth of them, for questions about the past. */
const third = [`CREATE TABLE checkpoints (seq INTEGER PRIMARY KEY, balances TEXT NOT NULL)`]

/** What trades have set aside, and the room kept for what they bring. */
const fourth = [
  `CREATE TABLE escrows (
    transferId TEXT PRIMARY KEY, tradeId TEXT NOT NULL, counterparty TEXT NOT NULL, incoming INTEGER NOT NULL,
    currency TEXT NOT NULL, amount INTEGER NOT NULL) WITHOUT ROWID`,
]

/** How far the copy is, beside what an entry writes anyway; `projectedSeq`, a row of its own, is no longer written. */
const fifth = [`ALTER TABLE balances ADD COLUMN copied INTEGER NOT NULL DEFAULT 0`]

const versions = [first, second, third, fourth, fifth]

export const openTables = (storage: TableStorage): void => openVersions(storage, versions)
