import {
  allPowerfulKey,
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { commitmentTo, drawsOf } from '../fairness.ts'
import { deal, dealt, roundAct } from '../test-blackjack.ts'
import {
  available,
  avoidHundred,
  bindings,
  entryKinds,
  fillWallet,
  flip,
  flipTo,
  holdMany,
  interrupt,
  makeCurrency,
  newUser,
  roundOf,
  uniqueKey,
  userWith,
} from '../test-games.ts'
import { fairnessGet } from './fairness.get.ts'
import { fairnessRotate } from './fairness.rotate.ts'
import { gameSettingsSet } from './game-settings.set.ts'
import { gamesPlay } from './games.play.ts'
import { roundsList } from './rounds.list.ts'
import { scoresGet } from './scores.get.ts'

beforeAll(() => makeCurrency())

const roll = (userId: string, json: object) =>
  call(gamesPlay, {
    params: { gameId: 'dice' },
    caller: player(userId),
    headers: uniqueKey(),
    json: { bet: 10, currency: 'COIN', direction: 'under', target: 51, ...json },
  })
const playedBy = async (userId: string) =>
  (await call(roundsList, { query: { userId, limit: '100' } })).body.data
const times = <T>(count: number, perform: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => perform(index))

describe('games.play', () => {
  test('201 coinflip: the round, its payout in the wallet, and the commitment shown before', async () => {
    const ada = await userWith(100)
    const { body: before } = await call(fairnessGet, { caller: player(ada) })
    const { status, body, headers } = await flip(ada)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      userId: ada,
      gameId: 'coinflip',
      status: 'settled',
      refusal: null,
      bet: 10,
      choice: { side: 'heads' },
      proof: { commitment: before.commitment, clientSeed: before.clientSeed, nonce: 1 },
    })
    const payout = body.outcome.side === 'heads' ? 20 : 0
    expect(body).toMatchObject({ won: payout > 0, payout, net: payout - 10 })
    expect(headers.has('idempotency-replayed')).toBe(false)
    expect(await available(ada)).toBe(100 + body.net)
  })

  test('201 dice: the roll, and 99 divided by the winning rolls, rounded down', async () => {
    const ada = await userWith(1_000)
    const rounds = await Promise.all(times(12, () => roll(ada, { target: 34 })))
    for (const { status, body } of rounds) {
      expect(status).toBe(201)
      // 33 winning rolls pay 3 times the bet.
      expect(body.payout).toBe(body.outcome.roll < 34 ? 30 : 0)
    }
    const net = rounds.reduce((sum, { body }) => sum + body.net, 0)
    expect(await available(ada)).toBe(1_000 + net)
  })

  test('201 with an outcome that anybody can repeat once the seed is revealed', async () => {
    const ada = await userWith(1_000)
    const rounds = await Promise.all(times(8, () => roll(ada, {})))
    const { body: rotation } = await call(fairnessRotate, { caller: player(ada), json: {} })
    const { serverSeed, clientSeed } = rotation.closed
    for (const { body } of rounds) {
      const { nonce, gameVersion, commitment } = body.proof
      const source = { serverSeed, clientSeed, nonce, game: 'dice', version: gameVersion }
      expect(commitmentTo(serverSeed)).toBe(commitment)
      expect(drawsOf(source, [100])).toEqual([body.outcome.roll - 1])
    }
    const nonces = rounds.map(({ body }) => body.proof.nonce).toSorted((a, b) => a - b)
    expect(nonces).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('201 for a secret key that names the player', async () => {
    const ada = await userWith(100)
    const answer = await flip(ada, { userId: ada })
    expect(answer.status).toBe(201)
    const json = { bet: 10, currency: 'COIN', side: 'tails', userId: ada }
    const params = { gameId: 'coinflip' }
    const byKey = await call(gamesPlay, { params, headers: uniqueKey(), json })
    expect(byKey).toMatchObject({ status: 201, body: { userId: ada } })
  })

  test('201 with equal bodies and one effect when a key comes 20 times at once', async () => {
    const ada = await userWith(100)
    const answers = await Promise.all(
      times(20, () => flip(ada, {}, { 'idempotency-key': '"twenty-at-once"' })),
    )
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    const [{ body } = { body: undefined }] = answers
    expect(await available(ada)).toBe(100 + body.net)
    const { body: score } = await call(scoresGet, {
      params: { gameId: 'coinflip' },
      query: { userId: ada },
    })
    expect(score.plays).toBe(1)
    expect(await playedBy(ada)).toHaveLength(1)
  })

  test('201 the first answer again when the key is repeated, even after the seed was revealed', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const first = await flip(ada, {}, key)
    await call(fairnessRotate, { caller: player(ada), json: {} })
    const second = await flip(ada, {}, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
  })

  test('exactly ten of 50 parallel plays are settled when the money covers ten that lose', async () => {
    const ada = await userWith(10)
    await avoidHundred(ada, 50)
    const answers = await Promise.all(
      times(50, () => roll(ada, { bet: 1, direction: 'over', target: 99 })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(answers.filter(({ body }) => body.code === 'insufficient_funds')).toHaveLength(40)
    expect(await available(ada)).toBe(0)
    expect((await entryKinds(ada)).filter((kind) => kind === 'stake')).toHaveLength(10)
    const params = { gameId: 'dice' }
    const { body: score } = await call(scoresGet, { params, query: { userId: ada } })
    expect(score).toMatchObject({ plays: 10, wins: 0, currencies: [{ wagered: 10, won: 0 }] })
  })

  test('409 idempotency_conflict when a key is used for another bet, choice or game', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const { body } = await flip(ada, {}, key)
    const others = [
      () => flip(ada, { bet: 11 }, key),
      () => flip(ada, { side: 'tails' }, key),
      () => flip(ada, { clientSeed: 'other' }, key),
      () =>
        call(gamesPlay, {
          params: { gameId: 'dice' },
          caller: player(ada),
          headers: key,
          json: { bet: 10, currency: 'COIN', direction: 'over', target: 50 },
        }),
    ]
    for (const other of others) {
      expect(await other()).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    }
    expect(await available(ada)).toBe(100 + body.net)
    const { body: after } = await call(fairnessGet, { caller: player(ada) })
    expect(after).toMatchObject({ sessionId: body.proof.sessionId, nonce: 1 })
  })

  test('409 insufficient_funds: nothing is staked, the outcome stays hidden, the key stays refused', async () => {
    const ada = await userWith(5)
    const key = uniqueKey()
    const refusal = { status: 409, body: { code: 'insufficient_funds' } }
    expect(await flip(ada, {}, key)).toMatchObject(refusal)
    const [round] = await playedBy(ada)
    expect(round).toMatchObject({
      status: 'refused',
      refusal: 'insufficient_funds',
      outcome: null,
      payout: null,
    })
    await bindings.WALLET_REWARDS.reward(player(ada), {
      walletId: ada,
      reference: 'later',
      currency: 'COIN',
      amount: 95,
      memo: '',
    })
    expect(await flip(ada, {}, key)).toMatchObject(refusal)
    expect(await available(ada)).toBe(100)
    expect((await flip(ada)).status).toBe(201)
  })

  test('409 balance_limit_exceeded when the payout would not fit, and the stake is not taken', async () => {
    const ada = await userWith(100)
    await fillWallet(ada)
    const answer = await flipTo('win', ada)
    expect(answer).toMatchObject({ status: 409, body: { code: 'balance_limit_exceeded' } })
    expect(await available(ada)).toBe(Number.MAX_SAFE_INTEGER)
    expect((await flipTo('lose', ada)).status).toBe(201)
    expect(await available(ada)).toBe(Number.MAX_SAFE_INTEGER - 10)
  })

  test('409 too_many_holds when a round of several steps finds a hundred: it does not begin', async () => {
    const ada = await userWith(200)
    await holdMany(ada, 100)
    const answer = await dealt(ada, ['stand'], 'win')
    expect(answer).toMatchObject({ status: 409, body: { code: 'too_many_holds' } })
    expect(await available(ada)).toBe(100)
  }, 60_000)

  test('404 currency_not_found for a currency that the project does not have', async () => {
    const ada = await userWith(100)
    expect(await flip(ada, { currency: 'GOLD' })).toMatchObject({
      status: 404,
      body: { code: 'currency_not_found' },
    })
    expect(await available(ada)).toBe(100)
  })

  test('404 not_found for a key that names nobody, or a user of another project', async () => {
    const stranger = await newUser(otherProject)
    const json = { bet: 10, currency: 'COIN', side: 'heads' }
    for (const userId of [stranger, stranger.replace(/.$/, '0')]) {
      const params = { gameId: 'coinflip' }
      const answer = await call(gamesPlay, {
        params,
        headers: uniqueKey(),
        json: { ...json, userId },
      })
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('404 game_not_found for a game that does not exist', async () => {
    const json = { bet: 10, currency: 'COIN' }
    const answer = await call(gamesPlay, {
      params: { gameId: 'chess' },
      headers: uniqueKey(),
      json,
    })
    expect(answer).toMatchObject({ status: 404, body: { code: 'game_not_found' } })
  })

  test('409 game_changed when an interrupted round belongs to rules that are gone; nothing is staked', async () => {
    const ada = await userWith(5)
    const key = uniqueKey()
    await flip(ada, {}, key)
    const [{ id }] = await playedBy(ada)
    await interrupt(id)
    await bindings.GAMES_DB.prepare('UPDATE rounds SET game_version = 0 WHERE id = ?')
      .bind(id)
      .run()
    const answer = await flip(ada, {}, key)
    expect(answer).toMatchObject({ status: 409, body: { code: 'game_changed' } })
    expect(await roundOf(id)).toMatchObject({ status: 'refused', refusal: 'game_changed' })
    expect(await available(ada)).toBe(5)
  })

  test('400 idempotency_key_required without a key', async () => {
    const answer = await flip(await newUser(), {}, {})
    expect(answer).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } })
  })
})

describe('games.play with a client seed', () => {
  test('201 with the pair that was committed to before the seed was sent; the old seed is revealed', async () => {
    const ada = await userWith(100)
    const { body: first } = await flip(ada)
    const { body: before } = await call(fairnessGet, { caller: player(ada) })
    const { body } = await flip(ada, { clientSeed: 'lucky' })
    expect(body.proof).toMatchObject({
      commitment: before.nextCommitment,
      clientSeed: 'lucky',
      nonce: 1,
      serverSeed: null,
    })
    const { serverSeed } = (await roundOf(first.id)).proof
    expect(commitmentTo(serverSeed ?? '')).toBe(first.proof.commitment)
    expect((await roundOf(body.id)).proof.serverSeed).toBeNull()
  })

  test('201 in the same pair when the seed is the current one', async () => {
    const ada = await userWith(100)
    const { body: first } = await flip(ada, { clientSeed: 'lucky' })
    const { body: second } = await flip(ada, { clientSeed: 'lucky' })
    const { body: third } = await flip(ada)
    expect([first, second, third].map(({ proof }) => proof.nonce)).toEqual([1, 2, 3])
    expect(third.proof.commitment).toBe(first.proof.commitment)
  })

  test('201 the same round when such a play is repeated, without another rotation', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const { body: first } = await flip(ada, { clientSeed: 'lucky' }, key)
    const { body: other } = await flip(ada, { clientSeed: 'different' })
    expect((await flip(ada, { clientSeed: 'lucky' }, key)).body).toEqual(first)
    const { body: now } = await call(fairnessGet, { caller: player(ada) })
    expect(now).toMatchObject({ sessionId: other.proof.sessionId, clientSeed: 'different' })
  })

  test('201 for 20 at once with five seeds: every round has the seed it asked for and a nonce of its own', async () => {
    const ada = await userWith(1_000)
    const seeds = times(20, (index) => `seed-${index % 5}`)
    const answers = await Promise.all(seeds.map((clientSeed) => flip(ada, { clientSeed })))
    expect(answers.map(({ body }) => body.proof.clientSeed)).toEqual(seeds)
    const places = answers.map(({ body }) => `${body.proof.sessionId}/${body.proof.nonce}`)
    expect(new Set(places).size).toBe(20)
  })
})

describe('games.play within limits', () => {
  const limited = (gameId: string, json: object) =>
    call(gameSettingsSet, { params: { gameId }, json })
  const inCoins = (limits: object) => ({ currencies: [{ currency: 'COIN', ...limits }] })
  afterEach(async () => {
    for (const gameId of ['coinflip', 'dice', 'blackjack']) await limited(gameId, {})
  })

  test('409 game_inactive while the game is off, but a round that began is answered; nothing is stored', async () => {
    const ada = await userWith(100)
    const key = uniqueKey()
    const { body } = await flip(ada, {}, key)
    await limited('coinflip', { isActive: false })
    const refused = await flip(ada, { clientSeed: 'other' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'game_inactive' } })
    expect((await flip(ada, {}, key)).body).toEqual(body)
    expect(await playedBy(ada)).toHaveLength(1)
    const { body: pair } = await call(fairnessGet, { caller: player(ada) })
    expect(pair).toMatchObject({ sessionId: body.proof.sessionId, nonce: 1 })
    expect((await roll(ada, {})).status).toBe(201)
  })

  test('409 bet_out_of_range below the smallest and above the largest bet of the currency', async () => {
    const ada = await userWith(100)
    await limited('coinflip', inCoins({ betMin: 5, betMax: 20 }))
    for (const bet of [4, 21]) {
      const answer = await flip(ada, { bet })
      expect(answer).toMatchObject({ status: 409, body: { code: 'bet_out_of_range' } })
    }
    for (const bet of [5, 20]) expect((await flip(ada, { bet })).status).toBe(201)
  })

  test('409 cooling_down until the seconds are over: one of 20 at once', async () => {
    const ada = await userWith(1_000)
    await limited('dice', { coolDownSeconds: 3_600 })
    const answers = await Promise.all(times(20, () => roll(ada, {})))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'cooling_down')).toHaveLength(19)
    await limited('dice', { coolDownSeconds: 0 })
    expect((await roll(ada, {})).status).toBe(201)
  })

  test('409 daily_loss_limit: 30 at once lose what is allowed and no more; a win makes room', async () => {
    const ada = await userWith(1_000)
    await avoidHundred(ada, 40)
    await limited('dice', inCoins({ dailyLossMax: 105 }))
    const lose = () => roll(ada, { direction: 'over', target: 99 })
    const answers = await Promise.all(times(30, lose))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(10)
    expect(answers.filter(({ body }) => body.code === 'daily_loss_limit')).toHaveLength(20)
    expect(await available(ada)).toBe(900)
    expect((await roll(ada, { bet: 5 })).status).toBe(201)
  })

  test('409 daily_loss_limit counts what a round can still be doubled to', async () => {
    const ada = await userWith(1_000)
    await limited('blackjack', inCoins({ dailyLossMax: 39 }))
    const { body } = await dealt(ada, ['double'], 'win')
    // Not `dealt`: it would choose another seed under the round that is still open.
    const second = await deal(ada)
    expect(second).toMatchObject({ status: 409, body: { code: 'daily_loss_limit' } })
    const doubled = await roundAct(ada, body.id, { action: 'double', step: 0 })
    expect(doubled.body).toMatchObject({ staked: 20, payout: 40 })
    expect((await dealt(ada, ['stand'], 'lose')).status).toBe(201)
  })
})

describe('games.play refuses', () => {
  const good = { bet: 10, currency: 'COIN', side: 'heads' }

  test.each([
    [{ ...good, bet: 0 }, '/body/bet'],
    [{ ...good, bet: -5 }, '/body/bet'],
    [{ ...good, bet: 1.5 }, '/body/bet'],
    [{ ...good, bet: '10' }, '/body/bet'],
    [{ ...good, bet: 10_000_000_001 }, '/body/bet'],
    [{ ...good, currency: 'coin' }, '/body/currency'],
    [{ ...good, side: 'edge' }, '/body/side'],
    [{ bet: 10, currency: 'COIN' }, '/body/side'],
    [{ ...good, clientSeed: '' }, '/body/clientSeed'],
    [{ ...good, clientSeed: 'x'.repeat(65) }, '/body/clientSeed'],
    [{ ...good, clientSeed: 'two words' }, '/body/clientSeed'],
    [{ ...good, userId: 'ada' }, '/body/userId'],
    [{ ...good, target: 50 }, '/body/target'],
    [{ ...good, 'a/b~c': 1 }, '/body/a~1b~0c'],
  ])('400 invalid_request for %j at %s', async (json, pointer) => {
    const params = { gameId: 'coinflip' }
    const answer = await call(gamesPlay, { params, headers: uniqueKey(), json })
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } })
  })

  test.each([{ target: 1 }, { target: 100 }, { target: '50' }, { direction: 'sideways' }])(
    '400 invalid_request for dice with %j',
    async (json) => {
      const answer = await roll(await newUser(), json)
      const [name] = Object.keys(json)
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: `/body/${name}` }] },
      })
    },
  )

  test('400 invalid_request for a body that is not an object, and for a key without a user', async () => {
    const params = { gameId: 'coinflip' }
    for (const json of [[], 'heads', 7]) {
      const answer = await call(gamesPlay, { params, headers: uniqueKey(), json })
      expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
    }
    expect(await call(gamesPlay, { params, headers: uniqueKey(), json: good })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/body/userId' }] },
    })
  })

  test('401 unauthenticated, 403 forbidden for a publishable key, a missing scope, and another user', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const as = (caller: ReturnType<typeof player>, json: object = good) =>
      call(gamesPlay, { params: { gameId: 'coinflip' }, headers: uniqueKey(), caller, json })
    expect((await as(anonymous())).status).toBe(401)
    expect((await as(publishableKey())).status).toBe(403)
    expect((await as(secretKeyWith('games:read'))).status).toBe(403)
    expect((await as(player(ada), { ...good, userId: grace })).status).toBe(403)
    expect((await as(allPowerfulKey(), { ...good, userId: ada })).status).toBe(409)
  })
})
