import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { newUser, uniqueKey } from '../test-games.ts'
import { gameSettingsGet } from './game-settings.get.ts'
import { gameSettingsSet } from './game-settings.set.ts'

const params = { gameId: 'dice' }
const set = (json: object, headers: Record<string, string> = {}) =>
  call(gameSettingsSet, { params, json, headers })
const coin = { currency: 'COIN', betMin: 5, betMax: 50, dailyLossMax: 100 }

describe('game-settings.set', () => {
  test('200 all settings of the game at once; what is not sent is without limit again', async () => {
    const full = { isActive: false, coolDownSeconds: 10, currencies: [coin] }
    const { status, body } = await set(full)
    expect({ status, body }).toEqual({ status: 200, body: { gameId: 'dice', ...full } })
    expect((await call(gameSettingsGet, { params })).body).toEqual(body)
    const none = { gameId: 'dice', isActive: true, coolDownSeconds: 0, currencies: [] }
    expect((await set({})).body).toEqual(none)
    expect((await call(gameSettingsGet, { params: { gameId: 'slots' } })).body.isActive).toBe(true)
  })

  test('200 the first answer again when a key is repeated; 409 idempotency_conflict for other settings', async () => {
    const key = uniqueKey()
    const first = await set({ coolDownSeconds: 1 }, key)
    await set({ coolDownSeconds: 2 })
    const second = await set({ coolDownSeconds: 1 }, key)
    expect(second.body).toEqual(first.body)
    expect(second.headers.get('idempotency-replayed')).toBe('true')
    const other = await set({ coolDownSeconds: 3 }, key)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_conflict' } })
    expect((await call(gameSettingsGet, { params })).body.coolDownSeconds).toBe(2)
  })

  test.each([
    { isActive: 'no' },
    { coolDownSeconds: -1 },
    { coolDownSeconds: 86_401 },
    { currencies: [{ betMin: 1 }] },
    { currencies: [coin, coin] },
    { currencies: [{ ...coin, dailyLossMax: 0.5 }] },
    { currencies: Array.from({ length: 21 }, (_, index) => ({ ...coin, currency: `C${index}` })) },
    { colour: 'red' },
  ])('400 invalid_request for %j', async (json) => {
    expect((await set(json)).body.code).toBe('invalid_request')
  })

  test('404 game_not_found; 401, 403 for a player, a publishable key and a missing scope', async () => {
    const answer = await call(gameSettingsSet, { params: { gameId: 'chess' }, json: {} })
    expect(answer).toMatchObject({ status: 404, body: { code: 'game_not_found' } })
    const statusFor = async (caller: ReturnType<typeof player>) =>
      (await call(gameSettingsSet, { params, json: {}, caller })).status
    expect(await statusFor(anonymous())).toBe(401)
    expect(await statusFor(player(await newUser()))).toBe(403)
    expect(await statusFor(publishableKey())).toBe(403)
    expect(await statusFor(secretKeyWith('games:play'))).toBe(403)
  })
})
