/** A project's currencies: read from D1, remembered in the isolate for seconds, because their rules may change. */
import { now } from '@coinop/shared/clock'
import { and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Currency } from './model.ts'
import { currencies } from './schema.ts'

type CurrencyRow = typeof currencies.$inferSelect
const remembered = new Map<string, { row: CurrencyRow; until: number }>()
const rememberedMax = 1_000
/** How long a change of `transferable` or `cap` may go unseen elsewhere. */
export const rememberedMilliseconds = 5_000

export const isCurrency = (projectId: string, code: string) =>
  and(eq(currencies.projectId, projectId), eq(currencies.code, code))

/**
 * The currency of a movement, or undefined when the project has none with this code. From the first movement on it is
 * marked as used, before the wallet is asked: so it cannot be deleted, nor its decimals change, under an entry.
 */
export async function useCurrency(
  database: D1Database,
  projectId: string,
  code: string,
): Promise<Currency | undefined> {
  const name = `${projectId}/${code}`
  const known = remembered.get(name)
  if (known && known.until > now()) return toCurrency(known.row)
  const db = drizzle(database)
  const [found] = await db.select().from(currencies).where(isCurrency(projectId, code))
  const row = found && found.usedAt === null ? await markUsed(database, found) : found
  if (!row) return undefined
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(name, { row, until: now() + rememberedMilliseconds })
  return toCurrency(row)
}

/** Undefined when it was deleted a moment ago. */
async function markUsed(
  database: D1Database,
  { projectId, code }: CurrencyRow,
): Promise<CurrencyRow | undefined> {
  const [row] = await drizzle(database)
    .update(currencies)
    .set({ usedAt: sql`coalesce(${currencies.usedAt}, ${now()})` })
    .where(isCurrency(projectId, code))
    .returning()
  return row
}

/** So that the isolate that changed a currency sees it at once. */
export const forgetCurrency = (projectId: string, code: string) =>
  remembered.delete(`${projectId}/${code}`)

/** What the wallet must know of it. */
export const capsOf = ({ code, cap }: Currency): Record<string, number> =>
  cap === null ? {} : { [code]: cap }

/** All currencies of a project, oldest first; a project has few. */
export async function listCurrencies(database: D1Database, projectId: string): Promise<Currency[]> {
  const rows = await drizzle(database)
    .select()
    .from(currencies)
    .where(eq(currencies.projectId, projectId))
    .orderBy(asc(currencies.createdAt), asc(currencies.code))
    .limit(listedMax)
  return rows.map(toCurrency)
}

const listedMax = 100

export const toCurrency = ({ code, name, decimals, transferable, cap }: CurrencyRow): Currency => ({
  code,
  name,
  decimals,
  transferable,
  cap,
})
