/** The wallet of the peer: PostgreSQL tables, and one transaction with locked rows for each movement. */
import { createHash } from 'node:crypto'
import pg from 'pg'

export type Wallet = { posted: number; seq: number; hash: string }
export type Entry = {
  walletId: string
  seq: number
  amount: number
  balanceAfter: number
  hash: string
}
export type Posting = { walletId: string; amount: number }
export type Movement = {
  /** The client's, in the project. */
  key: string
  requestHash: string
  kind: 'deposit' | 'transfer'
  memo: string
  actor: string
  /** One, or the two of a transfer; a negative amount leaves the wallet. */
  postings: Posting[]
}
type Row = { wallet_id: string; posted: string; seq: string; hash: string }
export type Moved =
  | { ok: true; entries: Entry[]; replayed: boolean }
  | { ok: false; code: 'insufficient_funds' | 'idempotency_conflict' | 'not_found' }

const tables = `
  CREATE TABLE api_keys (lookup text PRIMARY KEY, secret_hash text NOT NULL, revoked_at timestamptz);
  CREATE TABLE wallets (
    wallet_id text PRIMARY KEY, posted bigint NOT NULL CHECK (posted >= 0), seq bigint NOT NULL, hash text NOT NULL);
  CREATE TABLE entries (
    wallet_id text NOT NULL REFERENCES wallets, seq bigint NOT NULL, key text NOT NULL, kind text NOT NULL,
    amount bigint NOT NULL, balance_after bigint NOT NULL, memo text NOT NULL, actor text NOT NULL, at bigint NOT NULL,
    previous_hash text NOT NULL, hash text NOT NULL, PRIMARY KEY (wallet_id, seq));
  CREATE TABLE idempotency (
    key text PRIMARY KEY, request_hash text NOT NULL, answer jsonb, created_at timestamptz NOT NULL DEFAULT now());`

const connectionsMax = 20

/** What the rows are read and written with. Every statement is prepared once per connection, by its name. */
export class Ledger {
  private readonly pool: pg.Pool

  constructor(url: string) {
    this.pool = new pg.Pool({ connectionString: url, max: connectionsMax })
  }

  async create(): Promise<void> {
    await this.pool.query(tables)
  }

  async addKey(lookup: string, secretHash: string): Promise<void> {
    await this.pool.query('INSERT INTO api_keys VALUES ($1, $2)', [lookup, secretHash])
  }

  async addWallets(ids: string[], posted: number): Promise<void> {
    const text = `INSERT INTO wallets SELECT id, $2, 0, repeat('0', 64) FROM unnest($1::text[]) AS id`
    await this.pool.query(text, [ids, posted])
  }

  async secretHash(lookup: string): Promise<string | undefined> {
    const text = 'SELECT secret_hash FROM api_keys WHERE lookup = $1 AND revoked_at IS NULL'
    const { rows } = await this.pool.query<{ secret_hash: string }>({
      name: 'key',
      text,
      values: [lookup],
    })
    return rows[0]?.secret_hash
  }

  async posted(walletId: string): Promise<number | undefined> {
    const text = 'SELECT posted FROM wallets WHERE wallet_id = $1'
    const { rows } = await this.pool.query<Row>({ name: 'posted', text, values: [walletId] })
    return rows[0] && Number(rows[0].posted)
  }

  /** All postings or none, once per key. */
  async move(movement: Movement): Promise<Moved> {
    const client = await this.pool.connect()
    try {
      await client.query('BEGIN')
      const moved = await moveIn(client, movement)
      await client.query(moved.ok && !moved.replayed ? 'COMMIT' : 'ROLLBACK')
      client.release()
      return moved
    } catch (error) {
      client.release(true)
      throw error
    }
  }
}

/** The key first: a second request with it waits here for the first one's end. */
async function moveIn(client: pg.PoolClient, movement: Movement): Promise<Moved> {
  const { key, requestHash, postings } = movement
  const { rowCount } = await client.query({
    name: 'begin',
    text: 'INSERT INTO idempotency (key, request_hash) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    values: [key, requestHash],
  })
  if (rowCount === 0) return replay(client, movement)
  // Always in the order of ids, so that two transfers never wait for each other.
  const { rows } = await client.query<Row>({
    name: 'lock',
    text: 'SELECT * FROM wallets WHERE wallet_id = ANY ($1) ORDER BY wallet_id FOR UPDATE',
    values: [postings.map(({ walletId }) => walletId)],
  })
  const at = Date.now()
  const sealed: (Entry & { previousHash: string })[] = []
  for (const posting of postings) {
    const row = rows.find(({ wallet_id: id }) => id === posting.walletId)
    if (!row) return { ok: false, code: 'not_found' }
    const entry = nextEntry(row, posting, { ...movement, at })
    if (entry.balanceAfter < 0) return { ok: false, code: 'insufficient_funds' }
    sealed.push(entry)
  }
  const entries = sealed.map(({ previousHash: _, ...entry }) => entry)
  await client.query({
    name: 'post',
    text: posting,
    values: [
      JSON.stringify(sealed),
      [key, movement.kind, movement.memo, movement.actor],
      at,
      JSON.stringify(entries),
    ],
  })
  return { ok: true, entries, replayed: false }
}

/** Entries, balances and the answer of the key in one round trip. */
const posting = `
  WITH given AS (
    SELECT * FROM jsonb_to_recordset($1::jsonb)
      AS e ("walletId" text, seq bigint, amount bigint, "balanceAfter" bigint, "previousHash" text, hash text)),
  posted AS (
    INSERT INTO entries SELECT "walletId", seq, ($2::text[])[1], ($2::text[])[2], amount, "balanceAfter",
      ($2::text[])[3], ($2::text[])[4], $3, "previousHash", hash FROM given),
  answered AS (UPDATE idempotency SET answer = $4::jsonb WHERE key = ($2::text[])[1])
  UPDATE wallets SET posted = "balanceAfter", seq = given.seq, hash = given.hash
    FROM given WHERE wallet_id = "walletId"`

async function replay(client: pg.PoolClient, { key, requestHash }: Movement): Promise<Moved> {
  const { rows } = await client.query<{ request_hash: string; answer: Entry[] }>({
    name: 'seen',
    text: 'SELECT request_hash, answer FROM idempotency WHERE key = $1',
    values: [key],
  })
  const [seen] = rows
  if (seen?.request_hash !== requestHash) return { ok: false, code: 'idempotency_conflict' }
  return { ok: true, entries: seen.answer, replayed: true }
}

function nextEntry(
  row: Row,
  { walletId, amount }: Posting,
  { key, kind, memo, actor, at }: Movement & { at: number },
) {
  const [seq, balanceAfter, previousHash] = [
    Number(row.seq) + 1,
    Number(row.posted) + amount,
    row.hash,
  ]
  const fields = [previousHash, seq, key, kind, amount, balanceAfter, memo, actor, at]
  const hash = createHash('sha256').update(JSON.stringify(fields)).digest('hex')
  return { walletId, seq, amount, balanceAfter, previousHash, hash }
}
