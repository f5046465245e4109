import { abortAllDurableObjects, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { call, testProject } from '@coinop/shared/testing'
import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { entryHash, genesisHash } from './ledger-rules.ts'
import { projectEntries } from './projection.ts'
import { transfersCreate } from './routes/transfers.create.ts'
import { balances, entries, transactions } from './schema.ts'
import { sweep } from './sweep.ts'
import { bindings, makeCurrencies, newUser, uniqueKey, userWith } from './test-money.ts'
import type { WalletObject } from './wallet-object.ts'

beforeAll(makeCurrencies)

const stubOf = (walletId: string) => bindings.WALLETS.getByName(`${testProject}/${walletId}`)
const db = drizzle(bindings.WALLET_DB)
const send = (from: string, to: string, amount: number, headers = uniqueKey()) =>
  call(transfersCreate, { headers, json: { from, to, currency: 'COIN', amount } })

/** Waits for the alarm's work to show in D1. */
const projected = (walletId: string, count: number) =>
  vi.waitFor(async () => {
    const rows = await db
      .select()
      .from(entries)
      .where(and(eq(entries.projectId, testProject), eq(entries.walletId, walletId)))
      .orderBy(asc(entries.seq))
    expect(rows).toHaveLength(count)
    return rows
  }, 5_000)

describe('projection', () => {
  test('D1 holds every entry, chained, and the balance after the last', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    await send(ada, grace, 30)
    await send(ada, grace, 20)
    const rows = await projected(ada, 3)
    expect(rows.map((row) => [row.seq, row.kind, row.amount, row.balanceAfter])).toEqual([
      [1, 'deposit', 100, 100],
      [2, 'transfer_out', -30, 70],
      [3, 'transfer_out', -20, 50],
    ])
    let previous = genesisHash
    for (const { hash, ...entry } of rows) {
      expect(entry.previousHash).toBe(previous)
      expect(entryHash(entry as Parameters<typeof entryHash>[0])).toBe(hash)
      previous = hash
    }
    const [balance] = await db.select().from(balances).where(eq(balances.walletId, ada))
    expect(balance).toMatchObject({ posted: 50, held: 0, seq: 3 })
  })

  test('projecting the same entries twice changes nothing', async () => {
    const ada = await userWith(100)
    await projected(ada, 1)
    const before = await db.select().from(entries).where(eq(entries.walletId, ada))
    const wallet = { projectId: testProject, walletId: ada }
    const all = { towards: 'newer' as const, beyond: 0, filter: {}, limit: 10 }
    const { rows } = await stubOf(ada).history(all)
    await projectEntries(bindings, wallet, rows)
    expect(await db.select().from(entries).where(eq(entries.walletId, ada))).toEqual(before)
  })

  test('both halves of a transfer make one transaction, completed', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const { body } = await send(ada, grace, 30)
    await projected(ada, 2)
    await projected(grace, 1)
    const [row] = await db.select().from(transactions).where(eq(transactions.id, body.id))
    expect(row).toMatchObject({
      fromAccount: ada,
      toAccount: grace,
      amount: 30,
      status: 'completed',
    })
  })
})

describe('transfers across a crash', () => {
  test('a transfer cut off after the debit arrives once, through the alarm', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    // What `send` leaves behind when the process dies before the recipient was asked.
    await runInDurableObject(stubOf(ada), async (object: WalletObject) => {
      const deliver = vi.spyOn(object as unknown as { deliver(): Promise<void> }, 'deliver')
      deliver.mockResolvedValueOnce(undefined)
      const sent = await object.send({
        wallet: { projectId: testProject, walletId: ada },
        key: 'transfer:cut-off',
        transferId: 'trf_cut_off',
        actor: 'player:test',
        recipient: grace,
        currency: 'COIN',
        amount: 40,
        memo: '',
      })
      expect(sent).toMatchObject({ ok: true, value: { state: 'SENT' } })
    })
    await abortAllDurableObjects()
    await runDurableObjectAlarm(stubOf(ada))
    await vi.waitFor(async () => {
      expect(await stubOf(grace).balances()).toMatchObject([{ posted: 40 }])
    })
    expect(await stubOf(ada).balances()).toMatchObject([{ posted: 60 }])
    await stubOf(ada).poke()
    expect(await stubOf(grace).balances()).toMatchObject([{ posted: 40 }])
  })

  test('a transfer that the recipient refuses comes back, and its key stays answered', async () => {
    const [ada, grace] = [await userWith(100), await userWith(1)]
    await runInDurableObject(stubOf(grace), (_: WalletObject, state) => {
      state.storage.sql.exec('UPDATE balances SET posted = ?', Number.MAX_SAFE_INTEGER)
    })
    const key = uniqueKey()
    expect(await send(ada, grace, 30, key)).toMatchObject({
      status: 409,
      body: { code: 'balance_limit_exceeded' },
    })
    expect(await send(ada, grace, 30, key)).toMatchObject({
      status: 409,
      body: { code: 'balance_limit_exceeded' },
    })
    expect(await stubOf(ada).balances()).toMatchObject([{ posted: 100 }])
    const rows = await projected(ada, 3)
    expect(rows.map(({ kind }) => kind)).toEqual(['deposit', 'transfer_out', 'transfer_refund'])
  })

  test('a transfer arrives although the copy to D1 fails', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    await runInDurableObject(stubOf(ada), async (object: WalletObject) => {
      const inside = object as unknown as { deliver(): Promise<void>; project(): Promise<void> }
      vi.spyOn(inside, 'deliver').mockResolvedValueOnce(undefined)
      const broken = vi.spyOn(inside, 'project').mockRejectedValue(new Error('D1 is away'))
      const recipient = { recipient: grace, currency: 'COIN', amount: 40, memo: '' }
      const wallet = { projectId: testProject, walletId: ada }
      const ids = { key: 'transfer:no-copy', transferId: 'trf_no_copy', actor: 'player:test' }
      await object.send({ wallet, ...ids, ...recipient })
      await object.alarm()
      expect(broken).toHaveBeenCalled()
      broken.mockRestore()
    })
    expect(await stubOf(grace).balances()).toMatchObject([{ posted: 40 }])
    await projected(ada, 2)
  })

  test('there is always room for a transfer to come back', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    const wallet = { projectId: testProject, walletId: ada }
    await runInDurableObject(stubOf(ada), async (object: WalletObject) => {
      const inside = object as unknown as { deliver(): Promise<void> }
      vi.spyOn(inside, 'deliver').mockResolvedValueOnce(undefined)
      const transfer = { recipient: grace, currency: 'COIN', amount: 40, memo: '' }
      const ids = { key: 'transfer:room', transferId: 'trf_room', actor: 'player:test' }
      await object.send({ wallet, ...ids, ...transfer })
      const deposit = (amount: number) => ({
        wallet,
        key: `deposit:${amount}`,
        transferId: 'trf_fill',
        actor: 'test',
        postings: [
          {
            kind: 'deposit' as const,
            currency: 'COIN',
            amount,
            counterAccount: '@mint' as const,
            counterparty: '',
            memo: '',
          },
        ],
      })
      const room = Number.MAX_SAFE_INTEGER - 60
      expect(await object.execute({ do: 'post', ...deposit(room) })).toMatchObject({
        code: 'balance_limit_exceeded',
      })
      expect(await object.execute({ do: 'post', ...deposit(room - 40) })).toMatchObject({
        ok: true,
      })
    })
  })

  test('the sweep wakes the sender of a transfer that is pending for over two minutes', async () => {
    const [ada, grace] = [await userWith(100), await newUser()]
    await db.insert(transactions).values({
      projectId: testProject,
      id: 'trf_overdue',
      kind: 'transfer_out',
      fromAccount: ada,
      toAccount: grace,
      currency: 'COIN',
      amount: 1,
      status: 'pending',
      at: Date.now() - 121_000,
    })
    expect(await sweep(bindings)).toBe(1)
  })
})

describe('the ledger inside an object', () => {
  test.each(['UPDATE entries SET amount = 1', 'DELETE FROM entries'])('refuses %s', async (sql) => {
    const ada = await userWith(100)
    await runInDurableObject(stubOf(ada), (_: WalletObject, state) => {
      expect(() => state.storage.sql.exec(sql)).toThrow('append-only')
    })
  })

  test('a business refusal stays refused under its key, even when money has come', async () => {
    const [ada, grace] = [await userWith(10), await newUser()]
    const key = uniqueKey()
    expect(await send(ada, grace, 30, key)).toMatchObject({ status: 409 })
    const reward = {
      wallet: { projectId: testProject, walletId: ada },
      key: 'deposit:later',
      transferId: 'trf_later',
      actor: 'secret:key_test',
      postings: [
        {
          kind: 'deposit' as const,
          currency: 'COIN',
          amount: 100,
          counterAccount: '@mint' as const,
          counterparty: '',
          memo: '',
        },
      ],
    }
    expect(await stubOf(ada).execute({ do: 'post', ...reward })).toMatchObject({ ok: true })
    expect(await send(ada, grace, 30, key)).toMatchObject({
      status: 409,
      body: { code: 'insufficient_funds' },
    })
    expect(await send(ada, grace, 30)).toMatchObject({ status: 201 })
  })
})
