import { anonymous, call, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { gamesGet } from './games.get.ts'

describe('games.get', () => {
  test('200 a paytable with one line for every choice', async () => {
    const { status, body } = await call(gamesGet, { params: { gameId: 'dice' } })
    expect(status).toBe(200)
    expect(body.paytable).toHaveLength(196)
    expect(body.paytable).toContainEqual({
      choice: { direction: 'under', target: 51 },
      prizes: [{ chance: '1/2', pays: '99/50' }],
      returnToPlayer: '99/100',
    })
  })

  test('200 for a publishable key', async () => {
    const answer = await call(gamesGet, {
      params: { gameId: 'coinflip' },
      caller: publishableKey(),
    })
    expect(answer).toMatchObject({ status: 200, body: { id: 'coinflip', houseEdge: '0.00%' } })
  })

  test('404 game_not_found, and 400 invalid_request for what cannot be an id', async () => {
    expect(await call(gamesGet, { params: { gameId: 'chess' } })).toMatchObject({
      status: 404,
      body: { code: 'game_not_found' },
    })
    const answer = await call(gamesGet, { params: { gameId: 'Chess!' } })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_request' } })
  })

  test('401 unauthenticated without a credential', async () => {
    const answer = await call(gamesGet, { params: { gameId: 'dice' }, caller: anonymous() })
    expect(answer.status).toBe(401)
  })
})
