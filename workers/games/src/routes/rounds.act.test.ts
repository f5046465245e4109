import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { beforeAll, describe, expect, test } from 'vitest'
import { deal, dealt, hit, roundAct } from '../test-blackjack.ts'
import { rounds } from '../schema.ts'
import { sweep } from '../sweep.ts'
import {
  available,
  bindings,
  deposit,
  entryKinds,
  holdMany,
  makeCurrency,
  newUser,
  roundOf,
  uniqueKey,
  userWith,
} from '../test-games.ts'
import { fairnessRotate } from './fairness.rotate.ts'
import { gamesPlay } from './games.play.ts'
import { roundsAct } from './rounds.act.ts'
import { scoresGet } from './scores.get.ts'

beforeAll(() => makeCurrency())
const db = drizzle(bindings.GAMES_DB)

describe('rounds.act', () => {
  test('201 a round that waits: the stake is set aside, one card of the dealer is shown, the seed stays hidden', async () => {
    const ada = await userWith(100)
    const { status, body } = await dealt(ada, ['stand'], 'win')
    expect(status).toBe(201)
    expect(body).toMatchObject({
      status: 'open',
      outcome: { result: 'open' },
      payout: null,
      staked: 10,
      actions: [],
      next: { step: 0, actions: ['hit', 'stand', 'double'] },
      proof: { serverSeed: null },
    })
    expect(body.outcome.player.split(' ')).toHaveLength(2)
    expect(body.outcome.dealer.split(' ')).toHaveLength(1)
    expect(await available(ada)).toBe(90)
    expect(await roundOf(body.id)).toEqual(body)
    expect(await entryKinds(ada)).toEqual(['hold', 'deposit'])
  })

  test('200 hit, then stand: the round is settled, stake and payout once', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['hit', 'hit', 'stand'], 'win')
    const first = await hit(ada, body.id, 0)
    expect(first).toMatchObject({ status: 200, body: { status: 'open', next: { step: 1 } } })
    expect(first.body.outcome.player.startsWith(`${body.outcome.player} `)).toBe(true)
    const second = await hit(ada, body.id, 1)
    expect(second.body).toMatchObject({ outcome: { result: 'open' }, actions: ['hit', 'hit'] })
    const last = await roundAct(ada, body.id, { action: 'stand', step: 2 })
    expect(last.body).toMatchObject({
      status: 'settled',
      outcome: { player: second.body.outcome.player, result: 'win' },
      payout: 20,
      net: 10,
      staked: 10,
      next: null,
    })
    expect(await available(ada)).toBe(110)
    const moved = (await entryKinds(ada)).filter((kind) => kind !== 'hold')
    expect(moved.toSorted()).toEqual(['capture', 'deposit', 'payout'])
  })

  test('200 double: the bet is staked again, one card, and the score counts both', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['double'], 'win')
    const { body: after } = await roundAct(ada, body.id, { action: 'double', step: 0 })
    expect(after).toMatchObject({ status: 'settled', staked: 20, payout: 40, net: 20 })
    expect(await available(ada)).toBe(120)
    const params = { gameId: 'blackjack' }
    const { body: score } = await call(scoresGet, { params, query: { userId: ada } })
    expect(score.currencies).toMatchObject([{ plays: 1, wins: 1, wagered: 20, won: 40 }])
  })

  test('409 insufficient_funds when the money does not cover doubling: the round goes on', async () => {
    const ada = await userWith(15)
    const { body } = await dealt(ada, ['double'], 'win')
    const key = uniqueKey()
    const refused = () => roundAct(ada, body.id, { action: 'double', step: 0 }, key)
    const refusal = { status: 409, body: { code: 'insufficient_funds' } }
    expect(await refused()).toMatchObject(refusal)
    expect(await roundOf(body.id)).toMatchObject({ status: 'open', actions: [], next: { step: 0 } })
    await deposit(ada, 100)
    expect(await refused()).toMatchObject(refusal)
    const { body: after } = await roundAct(ada, body.id, { action: 'double', step: 0 })
    expect(after).toMatchObject({ status: 'settled', payout: 40 })
    expect(await available(ada)).toBe(135)
  })

  test('200 a blackjack ends at once: no action is asked for, and stake and payout are one step', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, [], 'blackjack')
    expect(body).toMatchObject({ status: 'settled', payout: 25, next: null })
    expect(await entryKinds(ada)).toEqual(expect.arrayContaining(['stake', 'payout']))
    expect(await available(ada)).toBe(115)
    const late = await roundAct(ada, body.id, { action: 'stand', step: 0 })
    expect(late).toMatchObject({ status: 409, body: { code: 'round_finished' } })
  })

  test('200 the same answer when a key is repeated, also after the round went on; and one card for ten at once', async () => {
    const ada = await userWith(100)
    const playKey = uniqueKey()
    const { body } = await dealt(ada, ['hit', 'stand'], 'lose', playKey)
    const key = uniqueKey()
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => roundAct(ada, body.id, { action: 'hit', step: 0 }, key)),
    )
    expect(new Set(answers.map((each) => JSON.stringify(each.body))).size).toBe(1)
    const { body: end } = await roundAct(ada, body.id, { action: 'stand', step: 1 })
    expect(end.status).toBe('settled')
    const again = await roundAct(ada, body.id, { action: 'hit', step: 0 }, key)
    expect(again.body).toEqual(answers[0]?.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect((await deal(ada, playKey)).body).toEqual(body)
  })

  test('409 round_moved_on when two keys meet at one step: exactly one is taken', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['hit', 'hit', 'stand'], 'push')
    const answers = await Promise.all(Array.from({ length: 8 }, () => hit(ada, body.id, 0)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ body: { code } }) => code === 'round_moved_on')).toHaveLength(7)
    expect((await roundOf(body.id)).actions).toEqual(['hit'])
    const ahead = await hit(ada, body.id, 5)
    expect(ahead).toMatchObject({ status: 409, body: { code: 'round_moved_on' } })
  })

  test('409 action_not_allowed for doubling on three cards, idempotency_conflict for a key used otherwise', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['hit', 'hit', 'stand'], 'push')
    const key = uniqueKey()
    await roundAct(ada, body.id, { action: 'hit', step: 0 }, key)
    const double = await roundAct(ada, body.id, { action: 'double', step: 1 })
    expect(double).toMatchObject({ status: 409, body: { code: 'action_not_allowed' } })
    for (const other of [
      { action: 'stand', step: 0 },
      { action: 'hit', step: 1 },
    ]) {
      const answer = await roundAct(ada, body.id, other, key)
      expect(answer).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    }
  })

  test('the seed is not revealed by a rotation while the round waits, and is as soon as it has ended', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['stand'], 'win')
    const { body: rotation } = await call(fairnessRotate, { caller: player(ada), json: {} })
    expect(rotation.closed.serverSeed).toBeNull()
    expect((await roundOf(body.id)).proof.serverSeed).toBeNull()
    const { body: after } = await roundAct(ada, body.id, { action: 'stand', step: 0 })
    expect(after.proof).toMatchObject({ serverSeed: null, commitment: body.proof.commitment })
    expect((await roundOf(body.id)).proof.serverSeed).toMatch(/^[0-9a-f]{64}$/)
  })

  test('the sweep leaves a round that waits alone for 15 minutes, then stands for the player', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['stand'], 'win')
    const late = (by: number) =>
      bindings.GAMES_DB.prepare(
        'UPDATE rounds SET created_at = created_at - ?1, act_by = act_by - ?1 WHERE id = ?2',
      )
        .bind(by, body.id)
        .run()
    await late(14 * 60_000)
    await sweep(bindings)
    expect((await roundOf(body.id)).status).toBe('open')
    await late(61_000)
    await sweep(bindings)
    await sweep(bindings)
    expect(await roundOf(body.id)).toMatchObject({
      status: 'settled',
      actions: ['stand'],
      payout: 20,
    })
    expect(await available(ada)).toBe(110)
  })

  test('409 stake_expired when the wallet has let the stake go; game_changed gives it back', async () => {
    const [ada, grace] = [await userWith(100), await userWith(100)]
    const { body: lapsed } = await dealt(ada, ['stand'], 'win')
    await bindings.WALLET_SETTLEMENTS.release(player(ada), { walletId: ada, roundId: lapsed.id })
    const { body: old } = await dealt(grace, ['stand'], 'win')
    await db.update(rounds).set({ gameVersion: 0 }).where(eq(rounds.id, old.id))
    const finished = await roundAct(grace, old.id, { action: 'stand', step: 0 })
    expect(finished).toMatchObject({ status: 409, body: { code: 'round_finished' } })
    await bindings.GAMES_DB.prepare('UPDATE rounds SET created_at = 0, act_by = 1').run()
    await sweep(bindings)
    expect(await roundOf(old.id)).toMatchObject({ status: 'refused', refusal: 'game_changed' })
    expect(await available(grace)).toBe(100)
    expect(await roundOf(lapsed.id)).toMatchObject({ status: 'refused', refusal: 'stake_expired' })
    expect(await available(ada)).toBe(100)
  })

  test('409 insufficient_funds, 404 currency_not_found: heard before a card is shown', async () => {
    const ada = await userWith(5)
    expect(await dealt(ada, ['stand'], 'win')).toMatchObject({
      status: 409,
      body: { code: 'insufficient_funds' },
    })
    const params = { gameId: 'blackjack' }
    const json = { bet: 1, currency: 'GOLD' }
    const caller = player(ada)
    const unknown = await call(gamesPlay, { params, caller, headers: uniqueKey(), json })
    expect(unknown).toMatchObject({ status: 404, body: { code: 'currency_not_found' } })
  })

  test('409 balance_limit_exceeded when the payout would not fit: the stake is given back', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['stand'], 'win')
    const room = Number.MAX_SAFE_INTEGER - 100
    const fill = { walletId: ada, roundId: `fill:${ada}`, currency: 'COIN', memo: '' }
    await bindings.WALLET_SETTLEMENTS.settle(player(ada), { ...fill, stake: 1, payout: room + 1 })
    const answer = await roundAct(ada, body.id, { action: 'stand', step: 0 })
    expect(answer).toMatchObject({ status: 409, body: { code: 'balance_limit_exceeded' } })
    expect(await available(ada)).toBe(Number.MAX_SAFE_INTEGER)
    const refusal = { status: 'refused', refusal: 'balance_limit_exceeded', staked: 0 }
    expect(await roundOf(body.id)).toMatchObject(refusal)
  })

  test('409 too_many_holds for a second stake, and the round goes on', async () => {
    const ada = await userWith(300)
    const { body } = await dealt(ada, ['double'], 'win')
    await holdMany(ada, 99)
    const double = await roundAct(ada, body.id, { action: 'double', step: 0 })
    expect(double).toMatchObject({ status: 409, body: { code: 'too_many_holds' } })
    expect((await roundAct(ada, body.id, { action: 'stand', step: 0 })).status).toBe(200)
  }, 60_000)

  test('404 not_found for another player, another project, and for nothing', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['stand'], 'win')
    const stand = { action: 'stand', step: 0 }
    const nothing = body.id.replace(/.{4}$/, '0000')
    const answers = [
      await roundAct(await newUser(), body.id, stand),
      await roundAct(ada, nothing, stand),
      await call(roundsAct, {
        params: { roundId: body.id },
        headers: uniqueKey(),
        json: stand,
        caller: { projectId: otherProject },
      }),
    ]
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  test('400 idempotency_key_required, invalid_request; 401; 403 for others than the player and a key with the scope', async () => {
    const ada = await userWith(100)
    const { body } = await dealt(ada, ['stand'], 'win')
    const stand = { action: 'stand', step: 0 }
    expect((await roundAct(ada, body.id, stand, {})).body.code).toBe('idempotency_key_required')
    for (const json of [
      {},
      { action: 'split', step: 0 },
      { action: 'hit', step: -1 },
      { action: 'hit' },
    ]) {
      expect((await roundAct(ada, body.id, json)).body.code).toBe('invalid_request')
    }
    const as = async (caller: ReturnType<typeof player>) =>
      (
        await call(roundsAct, {
          params: { roundId: body.id },
          headers: uniqueKey(),
          json: stand,
          caller,
        })
      ).status
    expect(await as(anonymous())).toBe(401)
    expect(await as(publishableKey())).toBe(403)
    expect(await as(secretKeyWith('games:read'))).toBe(403)
    expect(await as(secretKeyWith('games:play'))).toBe(200)
  })
})
