/** The tables inside a `BoardObject`, and the steps from each version of them to the next; steps only go forward. */
import { openVersions, type TableStorage } from '@coinop/shared/object-tables'

const first = [
  // The definition as the highest version seen gives it, and how far the announcements have got.
  `CREATE TABLE board (
    id INTEGER PRIMARY KEY CHECK (id = 1), reference TEXT NOT NULL, closedAt INTEGER, digest TEXT,
    announced INTEGER NOT NULL DEFAULT 0)`,
  // `o0` to `o2` are the keys as they stand in the order: ascending is ahead.
  `CREATE TABLE entries (
    userId TEXT PRIMARY KEY, hidden INTEGER NOT NULL, o0 REAL NOT NULL, o1 REAL NOT NULL, o2 REAL NOT NULL,
    tie INTEGER NOT NULL, metadata TEXT, attempts INTEGER NOT NULL, updatedAt INTEGER NOT NULL,
    reachedAt INTEGER NOT NULL, reason TEXT
  ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX entries_order ON entries (hidden, o0, o1, o2, tie)`,
  // `operations`: what the change did to the counts of the rank index.
  `CREATE TABLE journal (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, kind TEXT NOT NULL, userId TEXT NOT NULL, key TEXT,
    requestHash TEXT, change TEXT NOT NULL, operations TEXT NOT NULL)`,
  `CREATE UNIQUE INDEX journal_key ON journal (key) WHERE key IS NOT NULL`,
  `CREATE TABLE checkpoints (
    chunk INTEGER PRIMARY KEY, sequence INTEGER NOT NULL, chunks INTEGER NOT NULL, buckets BLOB NOT NULL)`,
]

const second = [
  // What rules have hit. One row for what a user repeats: `hits` counts.
  `CREATE TABLE reviews (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, userId TEXT NOT NULL, ruleId TEXT NOT NULL,
    action TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, submitted TEXT NOT NULL, hits INTEGER NOT NULL,
    firstAt INTEGER NOT NULL, lastAt INTEGER NOT NULL, decidedAt INTEGER)`,
  `CREATE UNIQUE INDEX reviews_id ON reviews (id)`,
  `CREATE INDEX reviews_status ON reviews (status, number)`,
  `CREATE INDEX reviews_user ON reviews (userId, status, number)`,
  // How many submissions in which minute, of boards with a rule that asks for it.
  `CREATE TABLE activity (userId TEXT PRIMARY KEY, minutes TEXT NOT NULL) WITHOUT ROWID`,
]

const third = [
  // The same counts stand in the entry, which is read and written anyway; those of the last hour begin anew.
  `ALTER TABLE entries ADD COLUMN minutes TEXT NOT NULL DEFAULT '{}'`,
  `DROP TABLE activity`,
]

const fourth = [
  // Keys of requests with several scores: `items` says what each became. `sequence` is the first of its changes.
  `CREATE TABLE requests (
    sequence INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, items TEXT NOT NULL)`,
  `CREATE UNIQUE INDEX requests_key ON requests (key)`,
]

const fifth = [
  // Ids sort by time. Of a session that was started in the season before there is a row once it has been used.
  `CREATE TABLE plays (
    id TEXT PRIMARY KEY, userId TEXT NOT NULL, createdAt INTEGER NOT NULL, expiresAt INTEGER NOT NULL, key TEXT,
    requestHash TEXT, submittedAt INTEGER, score REAL, submitKey TEXT, submitHash TEXT, answer TEXT
  ) WITHOUT ROWID`,
  `CREATE UNIQUE INDEX plays_key ON plays (key) WHERE key IS NOT NULL`,
]

const versions = [first, second, third, fourth, fifth]

export const openTables = (storage: TableStorage): void => openVersions(storage, versions)
