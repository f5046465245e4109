import { runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { entryHash } from './ledger-rules.ts'
import { Ledger } from './ledger.ts'
import { openTables } from './object-schema.ts'
import { bindings } from './test-money.ts'

const clock = () => 1_700_000_000_000
const emptied = (sql: SqlStorage) => {
  const tables = ['wallet', 'balances', 'entries', 'commands', 'outgoing', 'holds', 'reversals']
  tables.push('checkpoints', 'escrows')
  for (const table of [...tables, 'schema_version']) sql.exec(`DROP TABLE IF EXISTS ${table}`)
}

/** The tables as the first version made them, with a deposit and its command. */
function asTheFirstVersionLeftIt(sql: SqlStorage): void {
  emptied(sql)
  for (const statement of [
    `CREATE TABLE wallet (id INTEGER PRIMARY KEY CHECK (id = 1), projectId TEXT NOT NULL, walletId TEXT NOT NULL,
      projectedSeq INTEGER NOT NULL DEFAULT 0)`,
    `CREATE TABLE balances (currency TEXT PRIMARY KEY, posted INTEGER NOT NULL CHECK (posted >= held),
      held INTEGER NOT NULL CHECK (held >= 0)) WITHOUT ROWID`,
    `CREATE TABLE entries (seq INTEGER PRIMARY KEY, transferId TEXT NOT NULL, kind TEXT NOT NULL, currency TEXT NOT NULL,
      amount INTEGER NOT NULL, counterAccount TEXT NOT NULL, counterparty TEXT NOT NULL, balanceAfter INTEGER NOT NULL,
      memo TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL, previousHash TEXT NOT NULL, hash TEXT NOT NULL)`,
    `CREATE TRIGGER entries_keep BEFORE UPDATE ON entries BEGIN SELECT raise(ABORT, 'entries are append-only'); END`,
    `CREATE TRIGGER entries_stay BEFORE DELETE ON entries BEGIN SELECT raise(ABORT, 'entries are append-only'); END`,
    `CREATE TABLE commands (key TEXT PRIMARY KEY, requestHash TEXT NOT NULL, refusal TEXT, firstSeq INTEGER NOT NULL,
      lastSeq INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE TABLE outgoing (id TEXT PRIMARY KEY, recipient TEXT NOT NULL, currency TEXT NOT NULL, amount INTEGER NOT NULL,
      memo TEXT NOT NULL, state TEXT NOT NULL, refusal TEXT, attempts INTEGER NOT NULL, nextAttemptAt INTEGER NOT NULL,
      createdAt INTEGER NOT NULL) WITHOUT ROWID`,
    `CREATE INDEX outgoing_unfinished ON outgoing (nextAttemptAt) WHERE state = 'SENT'`,
    `INSERT INTO wallet VALUES (1, 'prj_old', 'usr_old', 1)`,
    `INSERT INTO balances VALUES ('COIN', 100, 0)`,
    // The hash is what that version wrote: SHA-256 over the twelve fields.
    `INSERT INTO entries VALUES (1, 'trf_old', 'deposit', 'COIN', 100, '@mint', '', 100, 'prize', 'secret:key', 1690000000000,
      '${'0'.repeat(64)}', '${oldHash}')`,
    `INSERT INTO outgoing VALUES ('trf_sent', 'usr_other', 'COIN', 5, '', 'SENT', NULL, 3, 1690000000000, 1690000000000)`,
  ]) {
    sql.exec(statement)
  }
}

const oldHash = entryHash({
  previousHash: '0'.repeat(64),
  seq: 1,
  transferId: 'trf_old',
  kind: 'deposit',
  currency: 'COIN',
  amount: 100,
  counterAccount: '@mint',
  counterparty: '',
  balanceAfter: 100,
  memo: 'prize',
  actor: 'secret:key',
  at: 1_690_000_000_000,
  heldChange: 0,
  heldAfter: 0,
})

const inObject = (name: string, work: (storage: DurableObjectStorage) => void) =>
  runInDurableObject(bindings.WALLETS.getByName(`prj_schema/${name}`), (_, { storage }) =>
    work(storage),
  )

describe('the tables of an object', () => {
  test('the hash of an entry that holds nothing is what the first version wrote', () => {
    // Computed with the code of the first version; a change here would break every chain there is.
    expect(oldHash).toBe(firstVersionHash)
  })

  test('an object of the first version opens: its money, its chain and its transfers are there, and it can hold', async () => {
    await inObject('old', (storage) => {
      asTheFirstVersionLeftIt(storage.sql)
      const ledger = new Ledger(storage, clock)
      expect(ledger.balances()).toEqual([{ currency: 'COIN', posted: 100, held: 0 }])
      expect(ledger.rows.unfinishedOutgoing(1)).toMatchObject([
        { id: 'trf_sent', kind: 'transfer', cap: null, attempts: 3 },
      ])
      const held = ledger.execute({
        do: 'hold',
        wallet: { projectId: 'prj_old', walletId: 'usr_old' },
        key: 'hold:1',
        transferId: 'hld_1',
        actor: 'test',
        hold: { currency: 'COIN', amount: 40, account: '@shop', memo: '', seconds: 60 },
      })
      expect(held).toMatchObject({
        ok: true,
        value: { entries: [{ seq: 2, previousHash: oldHash, heldChange: 40, heldAfter: 40 }] },
      })
      expect(() => storage.sql.exec('DELETE FROM entries')).toThrow('append-only')
      expect(ledger.reads.state({ at: 1_690_000_000_000 }).balances).toEqual([
        { currency: 'COIN', posted: 100, held: 0 },
      ])
    })
  })

  test('an object of the second version opens, knows its past, and notes every thousandth balance from then on', async () => {
    await inObject('second', (storage) => {
      asTheFirstVersionLeftIt(storage.sql)
      openTables(storage)
      // What the second version had not.
      storage.sql.exec('DROP TABLE checkpoints')
      storage.sql.exec('DROP TABLE escrows')
      storage.sql.exec('ALTER TABLE balances DROP COLUMN copied')
      storage.sql.exec('UPDATE schema_version SET version = 2')
      let time = clock()
      const ledger = new Ledger(storage, () => time++)
      const deposit = (key: number) =>
        ledger.execute({
          do: 'post',
          wallet: { projectId: 'prj_old', walletId: 'usr_old' },
          key: `deposit:${key}`,
          transferId: `trf_${key}`,
          actor: 'test',
          postings: [
            {
              kind: 'deposit',
              currency: 'COIN',
              amount: 1,
              counterAccount: '@mint',
              counterparty: '',
              memo: '',
            },
          ],
        })
      for (let key = 2; key <= 1_001; key++) deposit(key)
      expect(storage.sql.exec('SELECT * FROM checkpoints').toArray()).toEqual([
        { seq: 1_000, balances: '[{"currency":"COIN","posted":1099,"held":0}]' },
      ])
      expect(ledger.reads.state({ sequence: 500 }).balances[0]).toMatchObject({ posted: 599 })
      expect(ledger.reads.state({ sequence: 1_001 }).balances[0]).toMatchObject({ posted: 1_100 })
    })
  })

  test('an object of the fourth version opens and knows how far its copy is', async () => {
    await inObject('fourth', (storage) => {
      asTheFirstVersionLeftIt(storage.sql)
      openTables(storage)
      // What the fourth version had not.
      storage.sql.exec('ALTER TABLE balances DROP COLUMN copied')
      storage.sql.exec('UPDATE schema_version SET version = 4')
      const { rows } = new Ledger(storage, clock)
      expect(rows.copied).toBe(1)
      rows.copied = 7
      rows.setBalance('COIN', { posted: 5, held: 0 })
      const again = new Ledger(storage, clock)
      expect(again.rows.copied).toBe(7)
      expect(again.balances()).toEqual([{ currency: 'COIN', posted: 5, held: 0 }])
    })
  })

  test('opening them again changes nothing, and a new object has the newest version at once', async () => {
    await inObject('new', (storage) => {
      emptied(storage.sql)
      for (let time = 0; time < 3; time++) openTables(storage)
      expect(storage.sql.exec('SELECT version FROM schema_version').toArray()).toEqual([
        { version: 5 },
      ])
    })
  })
})

/** SHA-256 of the JSON of the twelve fields. */
const firstVersionHash = 'f7f0c2078c3ed3f08de4c53d9dc053da08761c8d65b82610b5fa222f11b216c7'
