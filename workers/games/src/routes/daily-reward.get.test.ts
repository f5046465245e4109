import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser } from '../test-games.ts'
import { dailyRewardGet } from './daily-reward.get.ts'
import { dailyRewardSet } from './daily-reward.set.ts'

describe('daily-reward.get', () => {
  test('404 reward_not_configured until one is set, then 200 for anyone in the project', async () => {
    const before = await call(dailyRewardGet)
    expect(before).toMatchObject({ status: 404, body: { code: 'reward_not_configured' } })
    const reward = { currency: 'COIN', amount: 100 }
    await call(dailyRewardSet, { json: reward })
    for (const caller of [player(await newUser()), publishableKey()]) {
      expect(await call(dailyRewardGet, { caller })).toMatchObject({ status: 200, body: reward })
    }
    expect((await call(dailyRewardGet, { caller: { projectId: otherProject } })).status).toBe(404)
  })

  test('401 unauthenticated without a credential', async () => {
    expect((await call(dailyRewardGet, { caller: anonymous() })).status).toBe(401)
  })
})
