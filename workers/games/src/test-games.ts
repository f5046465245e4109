/** What the tests of this Worker begin with: users who exist in `auth`, money in real wallets, rounds, and broken-off work. */
import { env } from 'cloudflare:workers'
import { users } from '@coinop/auth/schema'
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { allPowerfulKey, call, player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { commitmentTo, drawsOf } from './fairness.ts'
import type { Round } from './model.ts'
import { gamesPlay } from './routes/games.play.ts'
import { roundsGet } from './routes/rounds.get.ts'
import { sessions } from './schema.ts'
import { openSession } from './sessions.ts'

/** `GATEWAY_TO_...` is a neighbour as the gateway binds it: see vitest.worker.ts. */
export const bindings = env as unknown as GamesEnv & {
  AUTH_DB: D1Database
  GATEWAY_TO_WALLET: Fetcher
  GATEWAY_TO_EVENTS: Fetcher
}

export const uniqueKey = () => ({ 'idempotency-key': crypto.randomUUID() })

/** A user of the project, straight into the table of `auth`, which is this very database. */
export async function newUser(projectId = testProject): Promise<string> {
  const id = newId('usr')
  await drizzle(bindings.AUTH_DB)
    .insert(users)
    .values({ projectId, id, displayName: 'Ada', isActive: true, createdAt: now() })
  return id
}

type Request = { json?: object; caller?: Caller }

/** Calls a public route of a neighbour, as a secret key with every scope unless told otherwise. */
export async function neighbour(door: Fetcher, path: string, { json, caller }: Request = {}) {
  const response = await door.fetch(`http://worker${path}`, {
    method: json ? 'POST' : 'GET',
    headers: {
      'content-type': 'application/json',
      [callerHeader]: JSON.stringify(caller ?? allPowerfulKey()),
      ...uniqueKey(),
    },
    ...(json && { body: JSON.stringify(json) }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
  return JSON.parse(text)
}

export const makeCurrency = (code = 'COIN', caller = allPowerfulKey()) =>
  neighbour(bindings.GATEWAY_TO_WALLET, '/v1/currencies', {
    caller,
    json: { code, name: code, decimals: 0, transferable: true },
  })

export async function deposit(userId: string, amount: number, currency = 'COIN'): Promise<void> {
  const json = { currency, amount, reason: 'test money' }
  await neighbour(bindings.GATEWAY_TO_WALLET, `/v1/wallets/${userId}/deposit`, { json })
}

/** A new user with this much in a real wallet. */
export async function userWith(amount: number): Promise<string> {
  const userId = await newUser()
  await deposit(userId, amount)
  return userId
}

export async function available(userId: string): Promise<number> {
  const path = `/v1/balance?userId=${userId}`
  const { balances } = await neighbour(bindings.GATEWAY_TO_WALLET, path)
  return balances[0]?.available ?? 0
}

/** The kinds of a wallet's entries, newest first. */
export async function entryKinds(userId: string): Promise<string[]> {
  const path = `/v1/wallets/${userId}/entries?limit=100`
  const { data } = await neighbour(bindings.GATEWAY_TO_WALLET, path)
  return data.map(({ kind }: { kind: string }) => kind)
}

/** Plays coinflip for 10 as the player, unless told otherwise. */
export const flip = (
  userId: string,
  json: object = {},
  headers: Record<string, string> = uniqueKey(),
) =>
  call(gamesPlay, {
    params: { gameId: 'coinflip' },
    caller: player(userId),
    headers,
    json: { bet: 10, currency: 'COIN', side: 'heads', ...json },
  })

export async function roundOf(id: string): Promise<Round> {
  return (await call(roundsGet, { params: { roundId: id } })).body
}

/** What the project's log has about a round. */
export async function eventsOf(roundId: string) {
  const found = []
  for (let after = 0, head = 1; after < head;) {
    const path = `/v1/events?limit=100&type=games.round.finished&after=${after}`
    const page = await neighbour(bindings.GATEWAY_TO_EVENTS, path)
    found.push(...page.data.filter(({ subject }: { subject: string }) => subject === roundId))
    ;({ nextAfter: after, head } = page)
  }
  return found
}

/** Puts a round back to where a crash right after its first step, over a minute ago, would have left it. */
export const interrupt = (roundId: string) =>
  bindings.GAMES_DB.prepare(
    `UPDATE rounds SET status = 'open', outcome = NULL, payout = NULL, refusal = NULL,
       settled_at = NULL, created_at = created_at - 61000 WHERE id = ?`,
  )
    .bind(roundId)
    .run()

/** The pair of seeds as only the database knows it. */
async function openPair(userId: string): Promise<typeof sessions.$inferSelect> {
  return openSession(drizzle(bindings.GAMES_DB), { projectId: testProject, userId })
}

/** The side that the player's next coin will show. */
export async function nextSide(userId: string): Promise<'heads' | 'tails'> {
  const { serverSeed, clientSeed, nonce } = await openPair(userId)
  const source = { serverSeed, clientSeed, nonce: nonce + 1, game: 'coinflip', version: 1 }
  return drawsOf(source, [2])[0] === 0 ? 'heads' : 'tails'
}

/** Plays coinflip for 10 and wins, or loses. */
export async function flipTo(result: 'win' | 'lose', userId: string, json: object = {}) {
  const side = await nextSide(userId)
  const other = side === 'heads' ? 'tails' : 'heads'
  return flip(userId, { ...json, side: result === 'win' ? side : other })
}

/** Gives the player's pair a server seed with which none of the next `count` dice shows 100. */
export async function avoidHundred(userId: string, count: number): Promise<void> {
  const { id, clientSeed } = await openPair(userId)
  const nonces = Array.from({ length: count }, (_, index) => index + 1)
  const shows = (serverSeed: string, nonce: number) =>
    drawsOf({ serverSeed, clientSeed, nonce, game: 'dice', version: 1 }, [100])[0]
  for (let attempt = 0; ; attempt++) {
    const serverSeed = String(attempt).padStart(64, '0')
    if (nonces.some((nonce) => shows(serverSeed, nonce) === 99)) continue
    await drizzle(bindings.GAMES_DB)
      .update(sessions)
      .set({ serverSeed, commitment: commitmentTo(serverSeed) })
      .where(eq(sessions.id, id))
    return
  }
}

/** Sets 1 aside this many times, of which a wallet allows a hundred. */
export async function holdMany(userId: string, count: number): Promise<void> {
  const order = { walletId: userId, currency: 'COIN', stake: 1, memo: '', expiresInSeconds: 60 }
  for (let index = 0; index < count; index++) {
    const roundId = `other:${userId}:${index}`
    await bindings.WALLET_SETTLEMENTS.hold(player(userId), { ...order, roundId })
  }
}

/** Fills a wallet to the last unit that a balance can hold. */
export async function fillWallet(userId: string): Promise<void> {
  // Only a payout may be larger than one deposit; the stake of 1 is part of what it gives back.
  const payout = Number.MAX_SAFE_INTEGER - (await available(userId)) + 1
  const round = { roundId: `fill:${userId}`, currency: 'COIN', stake: 1, payout, memo: '' }
  const posted = await bindings.WALLET_SETTLEMENTS.settle(player(userId), {
    walletId: userId,
    ...round,
  })
  if (!posted.ok) throw new Error(posted.code)
}
