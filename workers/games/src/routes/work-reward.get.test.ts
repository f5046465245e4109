import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser } from '../test-games.ts'
import { workRewardGet } from './work-reward.get.ts'
import { workRewardSet } from './work-reward.set.ts'

describe('work-reward.get', () => {
  test('404 reward_not_configured until one is set, then 200 for anyone in the project', async () => {
    const before = await call(workRewardGet)
    expect(before).toMatchObject({ status: 404, body: { code: 'reward_not_configured' } })
    const reward = { currency: 'COIN', amountMin: 5, amountMax: 9, coolDownSeconds: 60 }
    await call(workRewardSet, { json: reward })
    for (const caller of [player(await newUser()), publishableKey()]) {
      expect(await call(workRewardGet, { caller })).toMatchObject({ status: 200, body: reward })
    }
    expect((await call(workRewardGet, { caller: { projectId: otherProject } })).status).toBe(404)
  })

  test('401 unauthenticated without a credential', async () => {
    expect((await call(workRewardGet, { caller: anonymous() })).status).toBe(401)
  })
})
