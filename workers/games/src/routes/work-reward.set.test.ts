import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser, uniqueKey } from '../test-games.ts'
import { workRewardGet } from './work-reward.get.ts'
import { workRewardSet } from './work-reward.set.ts'

const reward = { currency: 'COIN', amountMin: 5, amountMax: 9, coolDownSeconds: 60 }
const set = (json: object, headers: Record<string, string> = {}) =>
  call(workRewardSet, { json: { ...reward, ...json }, headers })

describe('work-reward.set', () => {
  test('200 the reward, which replaces the one before', async () => {
    await set({})
    expect(await set({ amountMax: 20 })).toMatchObject({ status: 200, body: { amountMax: 20 } })
    expect((await call(workRewardGet)).body).toEqual({ ...reward, amountMax: 20 })
  })

  test('200 the first answer again when a key is repeated; 409 idempotency_conflict for another reward', async () => {
    const key = uniqueKey()
    const first = await set({}, key)
    await set({ coolDownSeconds: 5 })
    const second = await set({}, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    expect((await set({ amountMin: 6 }, key)).body.code).toBe('idempotency_conflict')
    expect((await call(workRewardGet)).body.coolDownSeconds).toBe(5)
  })

  test.each([
    { amountMin: 10 },
    { amountMin: 0 },
    { amountMax: 1_000_000_000_001 },
    { coolDownSeconds: 0 },
    { coolDownSeconds: 2_592_001 },
    { currency: 'coin' },
    { day: 'monday' },
  ])('400 invalid_request for %j', async (json) => {
    expect((await set(json)).body.code).toBe('invalid_request')
  })

  test('401, 403 for a player, a publishable key and a missing scope', async () => {
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(workRewardSet, { json: reward, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(player(await newUser()))).toBe(403)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
  })
})
