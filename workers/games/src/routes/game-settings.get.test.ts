import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser } from '../test-games.ts'
import { gameSettingsGet } from './game-settings.get.ts'
import { gameSettingsSet } from './game-settings.set.ts'

const params = { gameId: 'slots' }

describe('game-settings.get', () => {
  test('200 no limits until there are some, then those of this project, for anyone in it', async () => {
    const none = { gameId: 'slots', isActive: true, coolDownSeconds: 0, currencies: [] }
    expect(await call(gameSettingsGet, { params })).toMatchObject({ status: 200, body: none })
    await call(gameSettingsSet, { params, json: { coolDownSeconds: 3 } })
    for (const caller of [player(await newUser()), publishableKey()]) {
      const { body } = await call(gameSettingsGet, { params, caller })
      expect(body).toEqual({ ...none, coolDownSeconds: 3 })
    }
    const elsewhere = await call(gameSettingsGet, { params, caller: { projectId: otherProject } })
    expect(elsewhere.body).toEqual(none)
  })

  test('404 game_not_found, 401 unauthenticated', async () => {
    const answer = await call(gameSettingsGet, { params: { gameId: 'chess' } })
    expect(answer).toMatchObject({ status: 404, body: { code: 'game_not_found' } })
    expect((await call(gameSettingsGet, { params, caller: anonymous() })).status).toBe(401)
  })
})
