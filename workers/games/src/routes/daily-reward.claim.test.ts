import { isoTime, now } from '@coinop/shared/clock'
import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { drizzle } from 'drizzle-orm/d1'
import { beforeEach, describe, expect, test } from 'vitest'
import { dayBefore, dayOf } from '../reward-model.ts'
import { dailyClaims } from '../schema.ts'
import {
  available,
  bindings,
  deposit,
  entryKinds,
  fillWallet,
  makeCurrency,
  newUser,
  uniqueKey,
} from '../test-games.ts'
import { dailyRewardClaim } from './daily-reward.claim.ts'
import { dailyRewardSet } from './daily-reward.set.ts'

const setReward = (amount: number, currency = 'COIN') =>
  call(dailyRewardSet, { json: { currency, amount } })
const claim = (userId: string, headers: Record<string, string> = uniqueKey()) =>
  call(dailyRewardClaim, { caller: player(userId), headers, json: {} })

/** A claim of an earlier day, as it would stand in the table. */
const claimed = (userId: string, day: string, streak: number, key: string) =>
  drizzle(bindings.GAMES_DB)
    .insert(dailyClaims)
    .values({
      projectId: player(userId).projectId,
      userId,
      day,
      currency: 'COIN',
      amount: 30,
      streak,
      idempotencyKey: key,
      createdAt: now(),
      paidAt: now(),
    })

describe('daily-reward.claim', () => {
  let today = ''
  beforeEach(async () => {
    today = dayOf(now())
    await makeCurrency().catch(() => undefined)
    await setReward(50)
  })

  test('201 pays the reward and says when the next day begins', async () => {
    const ada = await newUser()
    const nextAt = isoTime(Date.parse(today) + 86_400_000)
    expect(await claim(ada)).toMatchObject({
      status: 201,
      body: { userId: ada, day: today, currency: 'COIN', amount: 50, streak: 1, nextAt },
    })
    expect(await available(ada)).toBe(50)
    expect(await entryKinds(ada)).toEqual(['reward'])
  })

  test('201 for a secret key that names the player', async () => {
    const userId = await newUser()
    const answer = await call(dailyRewardClaim, { headers: uniqueKey(), json: { userId } })
    expect(answer).toMatchObject({ status: 201, body: { userId } })
  })

  test('201 the same answer when the key is repeated; 409 already_claimed with another one', async () => {
    const ada = await newUser()
    const key = uniqueKey()
    const first = await claim(ada, key)
    const second = await claim(ada, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await claim(ada)).toMatchObject({ status: 409, body: { code: 'already_claimed' } })
    expect(await available(ada)).toBe(50)
  })

  test('one of 20 claims with 20 keys is paid, the others are already_claimed', async () => {
    const ada = await newUser()
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(ada)))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ body }) => body.code === 'already_claimed')).toHaveLength(19)
    expect(await available(ada)).toBe(50)
  })

  test('20 equal answers and one payment when a key comes 20 times at once', async () => {
    const ada = await newUser()
    const key = uniqueKey()
    const answers = await Promise.all(Array.from({ length: 20 }, () => claim(ada, key)))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const first = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(first).toHaveLength(1)
    expect(await available(ada)).toBe(50)
  })

  test('201 with a streak that goes on from yesterday, and begins again after a day without', async () => {
    const [ada, grace] = [await newUser(), await newUser()]
    const yesterday = dayBefore(today)
    await claimed(ada, yesterday, 6, 'yesterday')
    await claimed(grace, dayBefore(yesterday), 6, 'before yesterday')
    expect((await claim(ada)).body.streak).toBe(7)
    expect((await claim(grace)).body.streak).toBe(1)
  })

  test('201 each day in a row adds the bonus, up to the last day that does', async () => {
    const json = { currency: 'COIN', amount: 50, streak: { bonus: 10, daysMax: 3 } }
    await call(dailyRewardSet, { json })
    const [ada, grace, linus] = [await newUser(), await newUser(), await newUser()]
    await claimed(ada, dayBefore(today), 1, 'first')
    await claimed(grace, dayBefore(today), 8, 'eighth')
    expect((await claim(ada)).body).toMatchObject({ streak: 2, amount: 60 })
    expect((await claim(grace)).body).toMatchObject({ streak: 9, amount: 70 })
    expect((await claim(linus)).body).toMatchObject({ streak: 1, amount: 50 })
    expect(await available(grace)).toBe(70)
  })

  test('201 the claim of its own day when a key comes again on a later day', async () => {
    const ada = await newUser()
    const yesterday = dayBefore(today)
    await claimed(ada, yesterday, 1, 'player:old-key')
    const answer = await claim(ada, { 'idempotency-key': 'old-key' })
    expect(answer).toMatchObject({ status: 201, body: { day: yesterday, amount: 30 } })
    expect(answer.headers.get('idempotency-replayed')).toBe('true')
    expect(await available(ada)).toBe(0)
    expect((await claim(ada)).status).toBe(201)
  })

  test('two players and two projects claim on the same day', async () => {
    const [ada, grace] = [await newUser(), await newUser(otherProject)]
    await makeCurrency('COIN', {
      ...player(ada),
      kind: 'secret',
      projectId: otherProject,
      scopes: ['wallet:write'],
    })
    const caller = { ...player(grace), projectId: otherProject }
    const foreign = () => call(dailyRewardClaim, { caller, headers: uniqueKey(), json: {} })
    expect((await claim(ada)).status).toBe(201)
    expect(await foreign()).toMatchObject({ status: 404, body: { code: 'reward_not_configured' } })
    const json = { currency: 'COIN', amount: 9 }
    await call(dailyRewardSet, { json, caller: { projectId: otherProject } })
    expect(await foreign()).toMatchObject({ status: 201, body: { amount: 9 } })
  })

  test('404 currency_not_found leaves nothing behind: the claim works once the currency exists', async () => {
    const ada = await newUser()
    const key = uniqueKey()
    await setReward(5, 'RUBY')
    const refused = await claim(ada, key)
    expect(refused).toMatchObject({ status: 404, body: { code: 'currency_not_found' } })
    await makeCurrency('RUBY')
    expect(await claim(ada, key)).toMatchObject({ status: 201, body: { currency: 'RUBY' } })
  })

  test('409 balance_limit_exceeded when the wallet is full', async () => {
    const ada = await newUser()
    await deposit(ada, 1)
    await fillWallet(ada)
    const answer = await claim(ada)
    expect(answer).toMatchObject({ status: 409, body: { code: 'balance_limit_exceeded' } })
  })

  test('409 already_claimed when the wallet has paid this day at other figures', async () => {
    const ada = await newUser()
    const reward = { walletId: ada, reference: `daily:${ada}:${today}`, memo: 'daily reward' }
    await bindings.WALLET_REWARDS.reward(player(ada), { ...reward, currency: 'COIN', amount: 1 })
    expect(await claim(ada)).toMatchObject({ status: 409, body: { code: 'already_claimed' } })
    expect(await available(ada)).toBe(1)
  })

  test('404 not_found for a key that names nobody, or a user of another project', async () => {
    const stranger = await newUser(otherProject)
    const answer = await call(dailyRewardClaim, {
      headers: uniqueKey(),
      json: { userId: stranger },
    })
    expect(answer).toMatchObject({ status: 404, body: { code: 'not_found' } })
  })

  test('400 idempotency_key_required, and invalid_request for wrong and unknown fields', async () => {
    const ada = await newUser()
    expect((await claim(ada, {})).body.code).toBe('idempotency_key_required')
    for (const json of [{}, { userId: 7 }, { userId: ada, day: today }]) {
      const answer = await call(dailyRewardClaim, { headers: uniqueKey(), json })
      expect(answer.body.code).toBe('invalid_request')
    }
  })

  test('401, 403 for a publishable key, a missing scope, and a player who names another', async () => {
    const json = { userId: await newUser() }
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(dailyRewardClaim, { json, caller, headers: uniqueKey() })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:read'))).toBe(403)
    expect(await statusFor(player(await newUser()))).toBe(403)
  })
})
