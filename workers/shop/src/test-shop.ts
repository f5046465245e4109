/** What the tests of this Worker begin with: users who exist in `auth`, money in their wallets, items for sale. */
import { env } from 'cloudflare:workers'
import { users } from '@coinop/auth/schema'
import { now } from '@coinop/shared/clock'
import type { EventEnvelope } from '@coinop/shared/events'
import { newId } from '@coinop/shared/ids'
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { allPowerfulKey, call, player, testProject } from '@coinop/shared/testing'
import type { Currency, Entry, WalletBalance } from '@coinop/wallet/model'
import { drizzle } from 'drizzle-orm/d1'
import type { InventoryItem, Item, NewItem } from './model.ts'
import { inventoryList } from './routes/inventory.list.ts'
import { itemsCreate } from './routes/items.create.ts'
import { itemsGet } from './routes/items.get.ts'
import { ordersPurchase } from './routes/orders.purchase.ts'

/** `GATEWAY_TO_WALLET` is the wallet as the gateway binds it: see vitest.worker.ts. */
export const bindings = env as unknown as ShopEnv & {
  AUTH_DB: D1Database
  EVENTS_DB: D1Database
  GATEWAY_TO_WALLET: Fetcher
  GATEWAY_TO_EVENTS: Fetcher
}

export const uniqueKey = () => ({ 'idempotency-key': crypto.randomUUID() })

/** A user of the project, straight into the table of `auth`, which is this very database. */
export async function newUser(): Promise<string> {
  const id = newId('usr')
  await drizzle(bindings.AUTH_DB)
    .insert(users)
    .values({ projectId: testProject, id, displayName: 'Player', isActive: true, createdAt: now() })
  return id
}

export type EventLog = { data: EventEnvelope[] }

type Request = { json?: object; caller?: Caller }

/** Calls a public route of a neighbour, as a secret key with every scope unless told otherwise. */
export async function neighbour<T>(
  door: Fetcher,
  path: string,
  { json, caller }: Request = {},
): Promise<T> {
  const response = await door.fetch(`http://worker${path}`, {
    method: json ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      [callerHeader]: JSON.stringify(caller ?? allPowerfulKey()),
      ...uniqueKey(),
    },
    ...(json && { body: JSON.stringify(json) }),
  })
  const body = await response.json<T>()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`)
  return body
}

export const makeCurrency = (code = 'COIN') =>
  neighbour<Currency>(bindings.GATEWAY_TO_WALLET, '/v1/currencies', {
    json: { code, name: code, decimals: 0, transferable: true },
  })

/** A new user with this much in a real wallet. */
export async function userWith(amount: number): Promise<string> {
  const userId = await newUser()
  const json = { currency: 'COIN', amount, reason: 'test money' }
  if (amount > 0) {
    await neighbour(bindings.GATEWAY_TO_WALLET, `/v1/wallets/${userId}/deposit`, { json })
  }
  return userId
}

export async function available(userId: string, currency = 'COIN'): Promise<number> {
  const path = `/v1/balance?userId=${userId}`
  const { balances } = await neighbour<WalletBalance>(bindings.GATEWAY_TO_WALLET, path)
  return balances.find((each) => each.currency === currency)?.available ?? 0
}

/** The orders that a wallet was charged for, newest first. */
export async function charges(userId: string): Promise<string[]> {
  const path = `/v1/wallets/${userId}/entries?limit=100`
  const { data } = await neighbour<{ data: Entry[] }>(bindings.GATEWAY_TO_WALLET, path)
  return data.filter(({ kind }) => kind === 'charge').map(({ transferId }) => transferId)
}

export async function makeItem(given: Partial<NewItem> = {}): Promise<Item> {
  const json = { name: 'Iron sword', price: { currency: 'COIN', amount: 10 }, ...given }
  const { status, body } = await call(itemsCreate, { json })
  if (status !== 201) throw new Error(`items.create answered ${status}`)
  return body
}

export async function stockOf({ id }: Item): Promise<number | null> {
  return (await call(itemsGet, { params: { itemId: id } })).body.stock
}

export const buy = (userId: string, json: object, headers: Record<string, string> = uniqueKey()) =>
  call(ordersPurchase, { caller: player(userId), headers, json })

/** The pieces that a user owns, by item. */
export async function owned(userId: string): Promise<Record<string, number>> {
  const { body } = await call(inventoryList, { query: { userId, limit: '100' } })
  const lines = body.data as InventoryItem[]
  return Object.fromEntries(lines.map(({ item, quantity }) => [item.id, quantity]))
}

/** The real database, which adds up what it writes. */
export function counted() {
  const written = { rows: 0 }
  const batch = async <T>(statements: D1PreparedStatement[]) => {
    const results = await bindings.SHOP_DB.batch<T>(statements)
    for (const { meta } of results) written.rows += meta.rows_written
    return results
  }
  const prepare = (query: string) => bindings.SHOP_DB.prepare(query)
  return { written, database: { prepare, batch } as unknown as D1Database }
}

/** What the project's log has of this type, by the order or whatever else it is about. */
export async function eventsOf(type: string): Promise<Map<string, EventEnvelope[]>> {
  const found: EventEnvelope[] = []
  for (let after = 0, head = 1; after < head;) {
    const path = `/v1/events?limit=100&type=${type}&after=${after}`
    const page = await neighbour<EventLog & { nextAfter: number; head: number }>(
      bindings.GATEWAY_TO_EVENTS,
      path,
    )
    found.push(...page.data)
    ;({ nextAfter: after, head } = page)
  }
  return Map.groupBy(found, ({ subject }) => subject)
}

/** Makes an order, and what it owes, a minute older. */
export const age = (orderId: string) =>
  bindings.SHOP_DB.batch(
    [
      'UPDATE orders SET created_at = created_at - 61000, refund_started_at = refund_started_at - 61000 WHERE id = ?',
      'UPDATE effects SET created_at = created_at - 61000 WHERE source_id = ?',
    ].map((update) => bindings.SHOP_DB.prepare(update).bind(orderId)),
  )
