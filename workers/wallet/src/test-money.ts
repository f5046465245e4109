/** What the tests of this Worker begin with: currencies, users who exist in `auth`, and money in their wallets. */
import { env } from 'cloudflare:workers'
import { users } from '@coinop/auth/schema'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { call, testProject } from '@coinop/shared/testing'
import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { expect, vi } from 'vitest'
import { balanceGet } from './routes/balance.get.ts'
import { currenciesCreate } from './routes/currencies.create.ts'
import { walletsDeposit } from './routes/wallets.deposit.ts'
import { auditOutbox, entries } from './schema.ts'

export const bindings = env as unknown as WalletEnv & { AUTH_DB: D1Database; EVENTS_DB: D1Database }

export const coin = { code: 'COIN', name: 'Coin', decimals: 0, transferable: true, cap: null }
export const badge = { code: 'BADGE', name: 'Badge', decimals: 0, transferable: false, cap: null }

/** Makes both currencies; a second time changes nothing. */
export async function makeCurrencies(): Promise<void> {
  for (const json of [coin, badge]) await call(currenciesCreate, { json })
}

/** A user of a project, straight into the table of `auth`, which is this very database. */
export async function newUser(projectId = testProject): Promise<string> {
  const id = newId('usr')
  await drizzle(bindings.AUTH_DB)
    .insert(users)
    .values({ projectId, id, displayName: 'Player', isActive: true, createdAt: now() })
  return id
}

export const uniqueKey = () => ({ 'idempotency-key': crypto.randomUUID() })

export const deposit = (walletId: string, amount: number, currency = 'COIN') =>
  call(walletsDeposit, {
    params: { walletId },
    headers: uniqueKey(),
    json: { currency, amount, reason: 'test money' },
  })

/** A new user with this much in the wallet. */
export async function userWith(amount: number): Promise<string> {
  const walletId = await newUser()
  if (amount > 0) await deposit(walletId, amount)
  return walletId
}

/** What the wallet holds of COIN, as its holder sees it. */
export async function coinsOf(userId: string) {
  const { body } = await call(balanceGet, { query: { userId } })
  const { currency: _, ...line } = body.balances.find(
    ({ currency }: { currency: string }) => currency === 'COIN',
  ) ?? { posted: 0, held: 0, available: 0 }
  return line as { posted: number; held: number; available: number }
}

/** What the audit log is yet to be told about a currency, the oldest first. */
export async function notesOf(code: string): Promise<string[]> {
  const rows = await drizzle(bindings.WALLET_DB).select().from(auditOutbox)
  return rows.filter(({ note }) => note.subject === code).map(({ note }) => note.action)
}

export const stubOf = (walletId: string) => bindings.WALLETS.getByName(`${testProject}/${walletId}`)

/** Waits until D1 has this many entries of the wallet. */
export const copied = (walletId: string, count: number) =>
  vi.waitFor(async () => {
    const found = await drizzle(bindings.WALLET_DB)
      .select()
      .from(entries)
      .where(and(eq(entries.projectId, testProject), eq(entries.walletId, walletId)))
      .orderBy(asc(entries.seq))
    expect(found).toHaveLength(count)
    return found
  }, 15_000)
