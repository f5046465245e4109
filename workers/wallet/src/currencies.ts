/** A project's currencies: read from D1, remembered in the isolate because they do not change once made. */
import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Currency } from './model.ts'
import { currencies } from './schema.ts'

const remembered = new Map<string, Currency>()
const rememberedMax = 1_000

/** The currency, or undefined when the project has none with this code. */
export async function findCurrency(
  database: D1Database,
  projectId: string,
  code: string,
): Promise<Currency | undefined> {
  const name = `${projectId}/${code}`
  const known = remembered.get(name)
  if (known) return known
  const [row] = await drizzle(database)
    .select()
    .from(currencies)
    .where(and(eq(currencies.projectId, projectId), eq(currencies.code, code)))
  if (!row) return undefined
  const currency = toCurrency(row)
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(name, currency)
  return currency
}

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

export const toCurrency = ({
  code,
  name,
  decimals,
  transferable,
}: typeof currencies.$inferSelect): Currency => ({ code, name, decimals, transferable })
