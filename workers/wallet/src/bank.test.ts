import { runInDurableObject } from 'cloudflare:test'
import { faultActions } from '@coinop/shared/fail-points'
import { testProject } from '@coinop/shared/testing'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fresh, installSeams, patiently } from './test-faults.ts'
import { makeCurrencies, userWith } from './test-money.ts'
import { environment, Random, sum } from './test-random.ts'

const wallets = 64
const workers = 50
const amountEach = 1_000
const { seed, runs: transfers } = environment(10_000)
/** One in so many steps goes wrong. */
const faultEvery = 2_000
const patienceMilliseconds = 5_000
const drainedSeconds = 60
const stepSeconds = 20
/** One of the workers looks at all wallets, while the others go on. */
const sampleEvery = Math.ceil(transfers / 6)
const readAttemptsMax = 5

const { begin, end, points } = installSeams()
beforeAll(makeCurrencies)
afterAll(() => {
  points.uninstall()
  vi.useRealTimers()
  vi.restoreAllMocks()
})

type Order = { id: string; from: string; to: string; amount: number; refused: boolean }
type Book = {
  posted: number
  lowest: number
  sent: { id: string; state: string }[]
  entries: { transferId: string; kind: string; amount: number; at: number }[]
}

const bookOf = (walletId: string): Promise<Book> =>
  runInDurableObject(fresh(walletId), (_, { storage: { sql } }) => ({
    posted: sql.exec<{ posted: number }>('SELECT posted FROM balances').one().posted,
    lowest: sql.exec<{ low: number }>('SELECT min(balanceAfter) AS low FROM entries').one().low,
    sent: sql.exec<Book['sent'][number]>('SELECT id, state FROM outgoing').toArray(),
    entries: sql
      .exec<Book['entries'][number]>('SELECT transferId, kind, amount, at FROM entries')
      .toArray(),
  }))

async function send({ id, from, to, amount }: Order): Promise<boolean> {
  const answer = await patiently(
    fresh(from).send({
      wallet: { projectId: testProject, walletId: from },
      key: `transfer:${id}`,
      transferId: id,
      actor: 'test',
      recipient: to,
      currency: 'COIN',
      amount,
      memo: '',
    }),
    patienceMilliseconds,
  )
  return answer !== undefined && !(answer as { ok: boolean }).ok
}

test(`${transfers} transfers between ${wallets} wallets, faults on, SEED=${seed}: the sum is never more, and after draining the same`, async () => {
  for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
  const ids = await Promise.all(Array.from({ length: wallets }, () => userWith(amountEach)))
  const random = new Random(seed)
  const orders = Array.from({ length: transfers }, (_, index): Order => {
    const from = random.below(wallets)
    const to = (from + 1 + random.below(wallets - 1)) % wallets
    const amount = 1 + random.below(400)
    return { id: `trf_bank_${index}`, from: ids[from]!, to: ids[to]!, amount, refused: false }
  })
  begin(() => (random.below(faultEvery) === 0 ? random.pick(faultActions) : undefined))
  let next = 0
  const samples: { arrived: number; onTheWay: number }[] = []
  const work = async () => {
    for (let order = orders[next++]; order; order = orders[next++]) {
      if (next % sampleEvery === 0) samples.push(await sample(ids))
      order.refused = await send(order)
    }
  }
  await Promise.all(Array.from({ length: workers }, work))
  end()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  for (let seconds = 0; seconds < drainedSeconds; seconds += stepSeconds) {
    vi.advanceTimersByTime(stepSeconds * 1_000)
    await Promise.all(ids.map((id) => fresh(id).poke()))
  }
  vi.useRealTimers()
  const books = await Promise.all(ids.map(bookOf))
  expect(largestSum(books)).toBeLessThanOrEqual(wallets * amountEach)
  expect(sum(books.map(({ posted }) => posted))).toBe(wallets * amountEach)
  expect(books.every(({ lowest }) => lowest >= 0)).toBe(true)
  expect(sum([...points.hit.values()])).toBeGreaterThan(0)
  expect(samples.filter(({ arrived }) => arrived > 0).length).toBeGreaterThanOrEqual(5)
  const outcomes = endings(orders, books)
  console.warn(`SEED=${seed} RUNS=${transfers} samples`, samples, outcomes)
  expect(
    Object.keys(outcomes)
      .toSorted()
      .every((name) => allowed.includes(name)),
  ).toBe(true)
}, 600_000)

/** The most that all wallets together held after any entry of any of them, in the order of time. */
function largestSum(books: Book[]): number {
  let [held, most] = [0, 0]
  const all = books.flatMap(({ entries }) => entries)
  for (const { amount } of all.toSorted((a, b) => a.at - b.at || a.amount - b.amount)) {
    held += amount
    most = Math.max(most, held)
  }
  return most
}

type Moved = { transferId: string; kind: string; amount: number }
/** One consistent read of one wallet; an object that was just aborted is asked again through a new stub. */
async function movedIn(walletId: string, kinds: string[]): Promise<Moved[]> {
  const wanted = kinds.map((kind) => `'${kind}'`).join()
  const query = `SELECT transferId, kind, amount FROM entries WHERE kind IN (${wanted})`
  for (let attempt = 1; ; attempt++) {
    try {
      return await runInDurableObject(fresh(walletId), (_, { storage: { sql } }) =>
        sql.exec<Moved>(query).toArray(),
      )
    } catch (error) {
      if (attempt === readAttemptsMax) throw error
    }
  }
}

/**
 * While transfers run, what has arrived or come back has left before, once: so all wallets and what is on its way never
 * hold more than there is. The arrivals of all wallets are read first and then what left them: what left is written down
 * for good before it is offered, so every arrival of the first reading has its departure in the second.
 */
async function sample(ids: string[]): Promise<{ arrived: number; onTheWay: number }> {
  const back = ['transfer_in', 'transfer_refund']
  const arrived = (await Promise.all(ids.map((id) => movedIn(id, back)))).flat()
  const left = (await Promise.all(ids.map((id) => movedIn(id, ['transfer_out'])))).flat()
  const departures = new Map(left.map(({ transferId, amount }) => [transferId, -amount]))
  expect(departures.size).toBe(left.length)
  const ended = new Set(arrived.map(({ transferId }) => transferId))
  expect(ended.size, 'a transfer arrived or came back twice').toBe(arrived.length)
  for (const { transferId, kind, amount } of arrived) {
    expect(departures.get(transferId), `${kind} ${transferId}`).toBe(amount)
  }
  const onTheWay = sum(left.map(({ amount }) => -amount)) - sum(arrived.map(({ amount }) => amount))
  expect(onTheWay).toBeGreaterThanOrEqual(0)
  return { arrived: arrived.length, onTheWay }
}

const allowed = ['completed 1/1', 'refused 0/0', 'unheard 0/0', 'refunded 1/1']

/** How each transfer ended: what left the sender, and what arrived or came back. */
function endings(orders: Order[], books: Book[]): Record<string, number> {
  const kinds = new Map<string, string[]>()
  for (const { entries } of books) {
    for (const { transferId, kind } of entries) {
      kinds.set(transferId, [...(kinds.get(transferId) ?? []), kind])
    }
  }
  const tally: Record<string, number> = {}
  for (const { id, refused } of orders) {
    const found = (kinds.get(id) ?? []).toSorted().join()
    const name =
      {
        '': refused ? 'refused 0/0' : 'unheard 0/0',
        'transfer_in,transfer_out': 'completed 1/1',
        'transfer_out,transfer_refund': 'refunded 1/1',
      }[found] ?? found
    tally[name] = (tally[name] ?? 0) + 1
  }
  return tally
}
