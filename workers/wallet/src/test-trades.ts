/** What the tests of trades ask for. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { call, testProject } from '@coinop/shared/testing'
import { vi } from 'vitest'
import { balanceGet } from './routes/balance.get.ts'
import { currenciesCreate } from './routes/currencies.create.ts'
import { tradesCancel } from './routes/trades.cancel.ts'
import { tradesConfirm } from './routes/trades.confirm.ts'
import { tradesCreate } from './routes/trades.create.ts'
import { tradesGet } from './routes/trades.get.ts'
import { tradesOffer } from './routes/trades.offer.ts'
import { bindings, deposit, makeCurrencies, newUser, uniqueKey } from './test-money.ts'
import { havePieces } from './test-pieces.ts'

type Headers = Record<string, string>
/** By currency or by item. */
type Amounts = Record<string, number>

export const gem = { code: 'GEM', name: 'Gem', decimals: 0, transferable: true, cap: null }
export const medal = { code: 'MEDAL', name: 'Medal', decimals: 0, transferable: true, cap: 100 }

export async function makeTradedCurrencies(): Promise<void> {
  await makeCurrencies()
  for (const json of [gem, medal]) await call(currenciesCreate, { json })
}

const isItem = (name: string) => name.startsWith('itm_')

/** A new user who has this. */
export async function userHaving(amounts: Amounts): Promise<string> {
  const userId = await newUser()
  for (const [name, amount] of Object.entries(amounts)) {
    await (isItem(name) ? havePieces(userId, name, amount) : deposit(userId, amount, name))
  }
  return userId
}

export function offerOf(amounts: Amounts) {
  const [items, currencies] = [true, false].map((wanted) =>
    Object.entries(amounts).filter(([name]) => isItem(name) === wanted),
  )
  return {
    currencies: currencies!.map(([currency, amount]) => ({ currency, amount })),
    ...(items!.length > 0 && {
      items: items!.map(([itemId, quantity]) => ({ itemId, quantity })),
    }),
  }
}

export const begin = (
  userId: string,
  partnerId: string,
  more: object = {},
  headers: Headers = uniqueKey(),
) => call(tradesCreate, { headers, json: { userId, partnerId, ...more } })

export const offer = (
  tradeId: string,
  userId: string,
  amounts: Amounts,
  headers: Headers = uniqueKey(),
) => call(tradesOffer, { params: { tradeId }, headers, json: { userId, offer: offerOf(amounts) } })

export const getTrade = (tradeId: string, caller: Partial<Caller> = {}) =>
  call(tradesGet, { params: { tradeId }, caller })

export const confirm = (
  tradeId: string,
  userId: string,
  digest: string,
  headers: Headers = uniqueKey(),
) => call(tradesConfirm, { params: { tradeId }, headers, json: { userId, digest } })

export const cancel = (tradeId: string, userId: string, headers: Headers = uniqueKey()) =>
  call(tradesCancel, { params: { tradeId }, query: { userId }, headers })

/** A trade in which both offers stand and nobody has confirmed. */
export async function offered(
  [ada, gives]: [string, Amounts],
  [grace, gets]: [string, Amounts],
  more: object = {},
): Promise<{ id: string; digest: string }> {
  const { body } = await begin(ada, grace, { ...more, offer: offerOf(gives) })
  const answer = await offer(body.id, grace, gets)
  return { id: body.id as string, digest: answer.body.digest as string }
}

/** Both confirm; the answer to the second. */
export async function confirmBoth(
  { id, digest }: { id: string; digest: string },
  ada: string,
  grace: string,
) {
  await confirm(id, ada, digest)
  return confirm(id, grace, digest)
}

export const tradeStub = (id: string) => bindings.TRADES.getByName(`${testProject}/${id}`)

/** What the wallet has, per currency: `[posted, held]`. */
export async function holdings(userId: string): Promise<Record<string, [number, number]>> {
  const { body } = await call(balanceGet, { query: { userId } })
  const lines = body.balances as { currency: string; posted: number; held: number }[]
  return Object.fromEntries(lines.map((line) => [line.currency, [line.posted, line.held]]))
}

/** Moves the clock of everything in this isolate; alarms do not follow. */
export const passTime = (milliseconds: number) => {
  vi.useFakeTimers({ now: now() + milliseconds, toFake: ['Date'] })
}

export const unknownTrade = 'trd_01k9x6c3v5t8r2m4n7p0q1s2w3'
