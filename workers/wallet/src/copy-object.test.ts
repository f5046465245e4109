import { runInDurableObject } from 'cloudflare:test'
import { FailPoints, type FaultAction } from '@coinop/shared/fail-points'
import { newId } from '@coinop/shared/ids'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { CopyObject } from './copy-object.ts'
import { chained } from './test-chain.ts'
import { bindings } from './test-money.ts'

const { WALLET_DB: database, EVENTS_APPENDS, COPIES } = bindings
const entriesEach = 3

afterEach(() => vi.restoreAllMocks())

/** A project of its own with so many wallets, each with three deposits that nobody has copied. */
function walletsOf(count: number) {
  const projectId = newId('prj')
  const copies = Array.from({ length: count }, (_, wallet) => {
    const deposits = Array.from({ length: entriesEach }, (_, at) => ({
      kind: 'deposit' as const,
      currency: at % 2 === 0 ? 'COIN' : 'GEM',
      amount: 1 + wallet + at,
      counterAccount: '@mint' as const,
      counterparty: '',
      at,
    }))
    const walletId = newId('usr')
    const rows = chained(deposits).rows.map((row) => ({ ...row, transferId: newId('trf') }))
    return { wallet: { projectId, walletId }, rows }
  })
  /** A fresh stub each time: one that threw stays broken. */
  const copy = (each: (typeof copies)[number]) => COPIES.getByName(projectId).copy(each)
  return { projectId, copies, copy }
}

async function found(projectId: string) {
  const count = (query: string) => database.prepare(query).bind(projectId).first<number>('n')
  const { head } = await bindings.EVENTS_APPENDS.append(projectId, [])
  return {
    entries: await count('SELECT count(*) AS n FROM entries WHERE project_id = ?'),
    transactions: await count('SELECT count(*) AS n FROM transactions WHERE project_id = ?'),
    accounts: await count('SELECT sum(last_seq) AS n FROM accounts WHERE project_id = ?'),
    supply: await count('SELECT sum(posted + mint) AS n FROM balances WHERE project_id = ?'),
    events: head,
  }
}
const all = (wallets: number) => {
  const entries = wallets * entriesEach
  return { entries, transactions: entries, accounts: entries, supply: 0, events: entries }
}

describe('copies of a project', () => {
  test('of 40 wallets at once, each handed over twice: all there, once, in a few batches', async () => {
    const { projectId, copies, copy } = walletsOf(40)
    let [batches, appends] = [0, 0]
    await runInDurableObject(COPIES.getByName(projectId), (object: CopyObject) => {
      const append = (...input: Parameters<typeof EVENTS_APPENDS.append>) => {
        appends += 1
        return EVENTS_APPENDS.append(...input)
      }
      const batch = (statements: D1PreparedStatement[]) => {
        batches += 1
        return database.batch(statements)
      }
      const prepare = database.prepare.bind(database)
      const env = { ...bindings, WALLET_DB: { prepare, batch }, EVENTS_APPENDS: { append } }
      Object.assign(object, { env })
    })
    await Promise.all([...copies, ...copies].map(copy))
    expect(await found(projectId)).toEqual(all(40))
    expect(batches).toBeLessThan(20)
    expect(appends).toBeLessThan(20)
  })

  test('two pieces of one wallet at once count both', async () => {
    const { projectId, copies, copy } = walletsOf(2)
    const pieces = copies.flatMap(({ wallet, rows }) => [
      { wallet, rows: rows.slice(0, 1) },
      { wallet, rows: rows.slice(1) },
    ])
    await Promise.all(pieces.map(copy))
    expect(await found(projectId)).toEqual(all(2))
  })

  test('one wallet that cannot be copied keeps nobody else waiting', async () => {
    const { projectId, copies, copy } = walletsOf(5)
    const broken = copies[2]!
    // No such row may be: a column that must not be null.
    const rows = broken.rows.map((row) => ({ ...row, hash: null as unknown as string }))
    const outcomes = await Promise.allSettled(
      copies.map((each) => copy(each === broken ? { ...each, rows } : each)),
    )
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual([
      true,
      true,
      false,
      true,
      true,
    ])
    expect(await found(projectId)).toEqual(all(4))
    await copy(broken)
    expect(await found(projectId)).toEqual(all(5))
  })

  const steps = ['record', 'announce']
  const actions: FaultAction[] = ['throw', 'abort', 'delay', 'duplicate', 'lose-reply']
  const cases = steps.flatMap((step) => actions.map((action) => [step, action] as const))
  test.each(cases)(
    'a fault at %s (%s): handed over again, all there, once',
    async (step, action) => {
      for (const level of ['error', 'log'] as const) vi.spyOn(console, level).mockReturnValue()
      const { projectId, copies, copy } = walletsOf(3)
      const points = new FailPoints().register(
        CopyObject,
        [{ method: step, waits: true }],
        (object) => (object as unknown as { ctx: DurableObjectState }).ctx.abort('injected'),
      )
      try {
        points.begin(() => action)
        const outcomes = await Promise.allSettled(copies.map(copy))
        const harmless = action === 'delay' || action === 'duplicate'
        for (const { status } of outcomes) expect(status === 'fulfilled').toBe(harmless)
        expect(points.hit.get(`CopyObject.${step}`)).toBeGreaterThan(0)
      } finally {
        points.uninstall()
      }
      await Promise.all(copies.map(copy))
      expect(await found(projectId)).toEqual(all(3))
    },
  )
})
