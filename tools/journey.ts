/** A player's way through the whole system, over REST and over Discord; told step by step, and wrong answers stop it. */
import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createHash, randomUUID } from 'node:crypto'
import { type Coinop, createCoinop } from '../sdk/js/src/index.ts'
import type { Demo } from './demo.ts'
import { commandInteraction, interact, newSnowflake, type Option } from './discord-client.ts'

/** Hears of each step when it is done: what was asked, and what came of it. */
export type Tell = (what: string, came: string) => void

export async function runJourney(demo: Demo, tell: Tell): Promise<void> {
  await restJourney(demo, tell)
  await discordJourney(demo, tell)
}

/** Sign up, log in, me, refresh; deposit, balance, transfer; items, purchase, order; games, play, score. */
async function restJourney(demo: Demo, tell: Tell): Promise<void> {
  const { baseUrl, publishableKey, secretKey, currency } = demo
  const server = createCoinop({ baseUrl, apiKey: secretKey })
  const { player, userId } = await account(createCoinop({ baseUrl, apiKey: publishableKey }), {
    demo,
    tell,
  })
  await money({ server, player, userId, demo, tell })
  await shopping({ player, tell })
  await playing({ player, currency, tell })
  const log = await server.GET('/v1/events', { params: { query: { limit: 1 } } })
  ok(log.data.head > 0)
  tell('GET /v1/events', `${log.data.head} events in the project's log`)
}

type Account = { demo: Demo; tell: Tell }

async function account(game: Coinop, { demo: { baseUrl }, tell }: Account) {
  const email = `journey-${randomUUID()}@example.com`
  const password = randomUUID()
  const signup = await game.POST('/v1/signup', { body: { email, password, displayName: 'Ada' } })
  const userId = signup.data.user.id
  tell('POST /v1/signup', `${userId}, a token for ${signup.data.expiresIn} s`)
  const login = await game.POST('/v1/login', { body: { email, password } })
  equal(login.data.user.id, userId)
  tell('POST /v1/login', 'the same player, a second session')
  const { accessToken } = login.data
  const me = await createCoinop({ baseUrl, accessToken }).GET('/v1/me')
  equal(me.data.email, email)
  tell('GET /v1/me', `${me.data.email}, since ${me.data.createdAt}`)
  const { refreshToken } = login.data
  const refreshed = await game.POST('/v1/refresh', { body: { refreshToken } })
  ok(refreshed.data.refreshToken !== refreshToken)
  tell('POST /v1/refresh', 'a new pair of tokens; the old refresh token is used up')
  return { player: createCoinop({ baseUrl, accessToken: refreshed.data.accessToken }), userId }
}

type Money = { server: Coinop; player: Coinop; userId: string; demo: Demo; tell: Tell }

async function money({ server, player, userId, demo, tell }: Money): Promise<void> {
  const { currency } = demo
  const deposit = await server.POST('/v1/wallets/{walletId}/deposit', {
    params: { path: { walletId: userId } },
    body: { currency, amount: 1_000, reason: 'welcome' },
  })
  equal(deposit.data.balanceAfter, 1_000)
  tell('POST /v1/wallets/:id/deposit', `1000 ${currency}, entry ${deposit.data.sequence}`)
  const to = demo.users[1]!.id
  const header = { 'Idempotency-Key': randomUUID() }
  const body = { to, currency, amount: 250, memo: 'for lunch' }
  const sent = await player.POST('/v1/transfer', { params: { header }, body })
  const again = await player.POST('/v1/transfer', { params: { header }, body })
  deepEqual(again.data, sent.data)
  equal(again.response.headers.get('idempotency-replayed'), 'true')
  tell('POST /v1/transfer, twice', `250 ${currency} to Grace, once: ${sent.data.id}`)
  equal(await available(player, currency), 750)
  tell('GET /v1/balance', `750 ${currency}`)
}

async function available(player: Coinop, currency: string): Promise<number> {
  const { data } = await player.GET('/v1/balance')
  return data.balances.find((line) => line.currency === currency)?.available ?? 0
}

async function shopping({ player, tell }: { player: Coinop; tell: Tell }): Promise<void> {
  const items = await player.GET('/v1/items')
  const [item] = items.data.data
  ok(item)
  tell(
    'GET /v1/items',
    items.data.data.map(({ name, price }) => `${name} ${price.amount}`).join(', '),
  )
  const order = await player.POST('/v1/purchase', {
    body: { itemId: item.id, quantity: 2, expectedPrice: item.price.amount },
  })
  equal(order.data.status, 'paid')
  tell('POST /v1/purchase', `2 x ${item.name} for ${order.data.totalPrice}: ${order.data.status}`)
  const kept = await player.GET('/v1/orders/{orderId}', {
    params: { path: { orderId: order.data.id } },
  })
  deepEqual(kept.data, order.data)
  tell('GET /v1/orders/:id', `${kept.data.id}, bought at ${kept.data.purchasedAt}`)
}

type Playing = { player: Coinop; currency: string; tell: Tell }

async function playing({ player, currency, tell }: Playing): Promise<void> {
  const games = await player.GET('/v1/games')
  const names = games.data.data.map(({ name, houseEdge }) => `${name} (house edge ${houseEdge})`)
  tell('GET /v1/games', names.join(', '))
  const before = await available(player, currency)
  const round = await player.POST('/v1/games/{gameId}/play', {
    params: { path: { gameId: 'coinflip' } },
    body: { bet: 100, currency, side: 'heads' },
  })
  const { payout, proof } = round.data
  ok(payout !== null)
  equal(await available(player, currency), before - 100 + payout)
  tell('POST /v1/games/coinflip/play', `100 on heads: ${payout > 0 ? `won ${payout}` : 'lost'}`)
  const score = await player.GET('/v1/games/{gameId}/score', {
    params: { path: { gameId: 'coinflip' } },
  })
  equal(score.data.plays, 1)
  tell('GET /v1/games/coinflip/score', `${score.data.plays} play, ${score.data.wins} won`)
  await player.POST('/v1/fairness/rotate', { body: {} })
  const revealed = await player.GET('/v1/rounds/{roundId}', {
    params: { path: { roundId: round.data.id } },
  })
  const seed = revealed.data.proof.serverSeed
  ok(seed)
  equal(createHash('sha256').update(seed).digest('hex'), proof.commitment)
  tell('POST /v1/fairness/rotate', 'the seed is revealed, and it is the one that was committed to')
}

/** PING and every command, signed with the demo application's key; two players who begin with nothing. */
async function discordJourney(demo: Demo, tell: Tell): Promise<void> {
  const ada = { id: newSnowflake(), username: 'ada' }
  const grace = { id: newSnowflake(), username: 'grace' }
  const run = async (name: string, options: Option[] = [], expected = /./) => {
    const interaction = commandInteraction(demo, ada, { name, options, users: [grace] })
    const [first, copy] = [await interact(demo, interaction), await interact(demo, interaction)]
    equal(first.status, 200)
    equal(first.body.type, 4)
    deepEqual(copy.body, first.body)
    const said = JSON.stringify([first.body.data?.content, first.body.data?.embeds])
    match(said, expected)
    tell(`/${name}`, first.body.data?.content ?? `${first.body.data?.embeds?.length} embed`)
  }
  const ping = {
    id: newSnowflake(),
    application_id: demo.discord.applicationId,
    type: 1,
    version: 1,
    token: 'demo-only',
  }
  const { status, body } = await interact(demo, ping)
  deepEqual({ status, body }, { status: 200, body: { type: 1 } })
  tell('PING', 'PONG')
  await run('daily', [], /100/)
  await run('balance', [], /100/)
  await run('pay', [
    { name: 'user', type: 6, value: grace.id },
    { name: 'amount', type: 10, value: 20 },
  ])
  await run('shop', [], new RegExp(demo.items[0]!.name))
  await run('buy', [{ name: 'item', type: 3, value: demo.items[0]!.name }])
  const bet = [
    { name: 'side', type: 3, value: 'heads' },
    { name: 'bet', type: 10, value: 5 },
  ]
  await run('play', [{ name: 'coinflip', type: 1, options: bet }])
  await run('balance', [], /(25|35)/)
}
