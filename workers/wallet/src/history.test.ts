import { runInDurableObject } from 'cloudflare:test'
import { isoTime } from '@coinop/shared/clock'
import { call, player } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import type { EntryRow } from './ledger-rules.ts'
import { balanceGet } from './routes/balance.get.ts'
import { entriesList } from './routes/entries.list.ts'
import { scannedMax } from './scan.ts'
import { choices, randomPast } from './test-chain.ts'
import { stubOf, writePast } from './test-history.ts'
import { newUser } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'
import type { HistoryQuery } from './wallet-reads.ts'

const seed = 20_261_123
const start = Date.parse('2026-01-01T00:00:00Z')
const others = ['usr_01k9x6c3v5t8r2m4n7p0q1s2w3', 'usr_01k9x6c3v5t8r2m4n7p0q1s2w4']
const currencies = ['COIN', 'BADGE', 'GEM']

const world = { start, currencies, others }

type Filter = Partial<Record<'kind' | 'currency' | 'counterparty' | 'from' | 'until', string>>

/** What a plain array says, newest first. */
const expected = (rows: EntryRow[], { kind, currency, counterparty, from, until }: Filter) =>
  rows
    .filter(
      (row) =>
        (kind === undefined || row.kind === kind) &&
        (currency === undefined || row.currency === currency) &&
        (counterparty === undefined || (row.counterparty || row.counterAccount) === counterparty) &&
        (from === undefined || row.at >= Date.parse(from)) &&
        (until === undefined || row.at < Date.parse(until)),
    )
    .map(({ seq }) => seq)
    .toReversed()

const fields = ['kind', 'currency', 'counterparty', 'from', 'until'] as const

/** Every combination of the five filters. */
const combinations = Array.from({ length: 2 ** fields.length }, (_, bits) =>
  fields.filter((_, index) => (bits >> index) & 1),
)

function randomFilter(
  { below, of }: ReturnType<typeof choices>,
  rows: EntryRow[],
  chosen: readonly (typeof fields)[number][],
): Filter {
  const time = () => isoTime(rows[below(rows.length)]!.at + of([-1, 0, 1]))
  const all = {
    kind: of(['deposit', 'payout', 'transfer_in', 'charge', 'hold', 'expire', 'refund']),
    currency: of(currencies),
    counterparty: of(['@mint', ...others]),
    from: time(),
    until: time(),
  }
  return Object.fromEntries(chosen.map((field) => [field, all[field]]))
}

type Page = {
  data: { sequence: number }[]
  nextCursor: string | null
  previousCursor: string | null
}
const page = async (walletId: string, query: Record<string, string>): Promise<Page> =>
  (await call(entriesList, { caller: player(walletId), params: { walletId }, query })).body

describe('entries.list', () => {
  test('says what a plain array says, for every combination of filters, page by page and back', async () => {
    const random = choices(seed)
    for (let round = 0; round < 3; round++) {
      const walletId = await newUser()
      const rows = await writePast(
        walletId,
        randomPast(random, 30 + random.below(60), world),
        false,
      )
      for (const chosen of combinations) {
        const filter = randomFilter(random, rows, chosen)
        const what = `seed ${seed}, round ${round}, ${JSON.stringify(filter)}`
        const limit = String(1 + random.below(40))
        const pages: Page[] = [await page(walletId, { ...filter, limit })]
        while (pages.at(-1)?.nextCursor) {
          const cursor = pages.at(-1)?.nextCursor ?? ''
          pages.push(await page(walletId, { ...filter, limit, cursor }))
        }
        const sequences = (each: Page[]) =>
          each.flatMap(({ data }) => data.map(({ sequence }) => sequence))
        expect(sequences(pages), what).toEqual(expected(rows, filter))
        const back: Page[] = [pages.at(-1)!]
        while (back[0]?.previousCursor) {
          back.unshift(await page(walletId, { ...filter, limit, cursor: back[0].previousCursor }))
        }
        expect(sequences(back), `back: ${what}`).toEqual(expected(rows, filter))
      }
    }
  }, 120_000)

  test('neither way skips or repeats an entry while entries are added', async () => {
    const random = choices(seed + 1)
    const walletId = await newUser()
    const past = randomPast(random, 120, world)
    const rows = await writePast(walletId, past.slice(0, 60), false)
    const first = await page(walletId, { limit: '10' })
    // The same past goes on: its first half makes the same entries again.
    await runInDurableObject(stubOf(walletId), async (object: WalletObject) => {
      for (const { at: _, ...posting } of past.slice(60)) {
        const key = `deposit:${crypto.randomUUID()}`
        const command = { wallet: { projectId: '', walletId }, key, transferId: key, actor: 'test' }
        await object.execute({ do: 'post', ...command, postings: [{ ...posting, memo: '' }] })
      }
    })
    const seen = first.data.map(({ sequence }) => sequence)
    let cursor = first.nextCursor
    while (cursor) {
      const next = await page(walletId, { limit: '10', cursor })
      seen.push(...next.data.map(({ sequence }) => sequence))
      cursor = next.nextCursor
    }
    expect(seen).toEqual(rows.map(({ seq }) => seq).toReversed())
    const newer: number[] = []
    const second = await page(walletId, { limit: '10', cursor: first.nextCursor ?? '' })
    for (cursor = second.previousCursor; cursor;) {
      const next = await page(walletId, { limit: '10', cursor })
      newer.unshift(...next.data.map(({ sequence }) => sequence))
      cursor = next.previousCursor
    }
    expect(newer).toEqual(Array.from({ length: 70 }, (_, index) => 120 - index))
  }, 60_000)
})

/** The holds that had begun and not ended at this instant, whenever it was written down that their time was over. */
function heldAt(rows: EntryRow[], currency: string, at: number): number {
  const open = new Map<string, number>()
  for (const row of rows.filter((each) => each.currency === currency && each.heldChange !== 0)) {
    const time = row.kind === 'expire' ? Date.parse(row.memo) : row.at
    if (time <= at) open.set(row.transferId, (open.get(row.transferId) ?? 0) + row.heldChange)
  }
  return [...open.values()].reduce((sum, held) => sum + held, 0)
}

describe('balance.get', () => {
  test('is exactly what the entries up to any instant have made', async () => {
    const random = choices(seed + 2)
    const walletId = await newUser()
    const rows = await writePast(walletId, randomPast(random, 1_500, world), false)
    const instants = [start - 1, ...rows.filter((_, index) => index % 50 === 0).map(({ at }) => at)]
    for (const at of instants.flatMap((each) => [each, each + 1])) {
      const after = new Map<string, number>()
      for (const row of rows) if (row.at <= at) after.set(row.currency, row.balanceAfter)
      const { body } = await call(balanceGet, {
        caller: player(walletId),
        query: { at: isoTime(at) },
      })
      const lines = body.balances as (Record<'posted' | 'held' | 'available', number> & {
        currency: string
      })[]
      expect(lines.map(({ currency, posted }) => [currency, posted])).toEqual(
        [...after].toSorted(([a], [b]) => (a < b ? -1 : 1)),
      )
      for (const { currency, posted, held, available } of lines) {
        expect(held, `${currency} at ${at}`).toBe(heldAt(rows, currency, at))
        expect(available).toBe(posted - held)
      }
    }
  }, 60_000)
})

describe('a wallet of 100,000 entries', () => {
  test('a page, whatever its filter, and a balance of the past read a bounded number of rows', async () => {
    const walletId = await newUser()
    await runInDurableObject(stubOf(walletId), (object: WalletObject, state) => {
      state.storage.sql.exec(
        `WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < 100000)
         INSERT INTO entries SELECT seq, 'trf_' || seq, 'deposit', iif(seq = 1, 'BADGE', 'COIN'), 1, '@mint', '',
           iif(seq = 1, 1, seq - 1), '', 'test', 1000 * seq, '', '', 0, 0 FROM n`,
      )
      // The first question about the past of a wallet that has no checkpoints yet makes them.
      object.state({ at: 1_000 })
      const read = (question: () => unknown): number => {
        let total = 0
        const { sql } = state.storage
        const exec = sql.exec.bind(sql)
        const cursors: { rowsRead: number }[] = []
        sql.exec = ((text: string, ...values: unknown[]) => {
          const cursor = exec(text, ...values)
          cursors.push(cursor)
          return cursor
        }) as typeof sql.exec
        question()
        sql.exec = exec
        for (const { rowsRead } of cursors) total += rowsRead
        return total
      }
      const query = (more: Partial<HistoryQuery>): HistoryQuery => ({
        towards: 'older',
        beyond: Number.MAX_SAFE_INTEGER,
        limit: 100,
        filter: {},
        ...more,
      })
      const list = (more: Partial<HistoryQuery>) => read(() => object.history(query(more)))
      expect(list({})).toBeLessThanOrEqual(102)
      expect(list({ towards: 'newer', beyond: 50_000 })).toBeLessThanOrEqual(102)
      expect(list({ filter: { kind: 'charge' } })).toBeLessThanOrEqual(scannedMax + 2)
      const middle = { from: 40_000_000, until: 40_050_000 }
      expect(list({ filter: middle })).toBeLessThanOrEqual(102 + 2 * 20)
      expect(object.history(query({ filter: middle })).rows).toHaveLength(50)
      const past = { at: 70_500_500 }
      expect(read(() => object.state(past))).toBeLessThanOrEqual(1_000 + 40)
      expect(object.state(past).balances).toEqual([
        { currency: 'BADGE', posted: 1, held: 0 },
        { currency: 'COIN', posted: 70_499, held: 0 },
      ])
    })
  }, 120_000)
})
