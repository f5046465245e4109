import {
  anonymous,
  call,
  otherProject,
  player,
  publishableKey,
  secretKeyWith,
} from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser, uniqueKey } from '../test-games.ts'
import { dailyRewardGet } from './daily-reward.get.ts'
import { dailyRewardSet } from './daily-reward.set.ts'

const set = (json: object, headers: Record<string, string> = {}) =>
  call(dailyRewardSet, { json, headers })
const current = async (projectId?: string) =>
  (await call(dailyRewardGet, projectId === undefined ? {} : { caller: { projectId } })).body

describe('daily-reward.set', () => {
  test('200 the reward of this project, and of no other', async () => {
    const reward = { currency: 'COIN', amount: 100 }
    expect(await set(reward)).toMatchObject({ status: 200, body: reward })
    expect(await current()).toEqual(reward)
    expect((await current(otherProject)).code).toBe('reward_not_configured')
  })

  test('200 replaces the one before', async () => {
    await set({ currency: 'COIN', amount: 100 })
    await set({ currency: 'GEM', amount: 7 })
    expect(await current()).toEqual({ currency: 'GEM', amount: 7 })
  })

  test('200 with what days in a row add, which is gone again without', async () => {
    const reward = { currency: 'COIN', amount: 100, streak: { bonus: 10, daysMax: 7 } }
    expect(await set(reward)).toMatchObject({ status: 200, body: reward })
    expect(await current()).toEqual(reward)
    await set({ currency: 'COIN', amount: 100 })
    expect(await current()).toEqual({ currency: 'COIN', amount: 100 })
  })

  test('200 the first answer again and no second effect when a key is repeated', async () => {
    const key = uniqueKey()
    const first = await set({ currency: 'COIN', amount: 1 }, key)
    await set({ currency: 'COIN', amount: 2 })
    const second = await set({ currency: 'COIN', amount: 1 }, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect(await current()).toEqual({ currency: 'COIN', amount: 2 })
  })

  test('409 idempotency_conflict when a key is used for another amount', async () => {
    const key = uniqueKey()
    await set({ currency: 'COIN', amount: 1 }, key)
    const second = await set({ currency: 'COIN', amount: 2 }, key)
    expect(second).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
  })

  test.each([
    { currency: 'COIN' },
    { currency: 'COIN', amount: 0 },
    { currency: 'COIN', amount: '1' },
    { currency: 'coin', amount: 1 },
    { currency: 'COIN', amount: 1, day: 'monday' },
    { currency: 'COIN', amount: 1, streak: { bonus: 1 } },
    { currency: 'COIN', amount: 1, streak: { bonus: 1, daysMax: 1 } },
    { currency: 'COIN', amount: 1, streak: { bonus: 1_000_000_000_000, daysMax: 3 } },
  ])('400 invalid_request for %j', async (json) => {
    expect((await set(json)).body.code).toBe('invalid_request')
  })

  test('401, 403 for a player, a publishable key and a missing scope', async () => {
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(dailyRewardSet, { json: { currency: 'COIN', amount: 1 }, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(player(await newUser()))).toBe(403)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
  })
})
