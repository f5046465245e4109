import { anonymous, call, otherProject, player, publishableKey } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { games } from '../games/index.ts'
import { newUser } from '../test-games.ts'
import { gamesList } from './games.list.ts'

describe('games.list', () => {
  test('200 every game with its rules, exact return to the player and house edge', async () => {
    const { status, body } = await call(gamesList)
    expect(status).toBe(200)
    expect(body.nextCursor).toBeNull()
    expect(body.data).toMatchObject([
      {
        id: 'blackjack',
        returnToPlayer: '249166271/250000000',
        houseEdge: '0.33%',
        choice: { properties: {} },
      },
      {
        id: 'coinflip',
        version: 1,
        odds: { chanceMin: '1/2', chanceMax: '1/2', paysMin: '2/1', paysMax: '2/1' },
        returnToPlayer: '1/1',
        houseEdge: '0.00%',
        choice: { properties: { side: { enum: ['heads', 'tails'] } }, required: ['side'] },
      },
      {
        id: 'dice',
        odds: { chanceMin: '1/100', chanceMax: '49/50', paysMin: '99/98', paysMax: '99/1' },
        returnToPlayer: '99/100',
        houseEdge: '1.00%',
        choice: { properties: { target: { type: 'integer', minimum: 2, maximum: 99 } } },
      },
      {
        id: 'high-low',
        odds: { chanceMin: '1/17', chanceMax: '8/17', paysMin: '21/10', paysMax: '84/5' },
        returnToPlayer: '84/85',
        houseEdge: '1.18%',
        choice: { properties: { call: { enum: ['higher', 'lower', 'same'] } } },
      },
      {
        id: 'roulette',
        odds: { chanceMin: '1/37', chanceMax: '18/37', paysMin: '2/1', paysMax: '36/1' },
        returnToPlayer: '36/37',
        houseEdge: '2.70%',
        choice: { required: ['on'] },
      },
      {
        id: 'slots',
        odds: { chanceMin: '1/8000', chanceMax: '9/64', paysMin: '2/1', paysMax: '100/1' },
        returnToPlayer: '767/800',
        houseEdge: '4.13%',
        choice: { properties: {} },
      },
    ])
  })

  test('200 for a player and for a publishable key', async () => {
    for (const caller of [player(await newUser()), publishableKey()]) {
      expect((await call(gamesList, { caller })).status).toBe(200)
    }
  })

  test('200 page by page', async () => {
    const first = (await call(gamesList, { query: { limit: '2' } })).body
    const query = { limit: '100', cursor: first.nextCursor }
    const second = (await call(gamesList, { query })).body
    expect(first.data).toHaveLength(2)
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(games.map(({ id }) => id))
    expect(second.nextCursor).toBeNull()
  })

  test('400 invalid_request for a cursor of another project, a wrong limit and an unknown field', async () => {
    const { body } = await call(gamesList, { query: { limit: '1' } })
    const cursor = body.nextCursor as string
    const caller = { projectId: otherProject }
    expect((await call(gamesList, { query: { cursor }, caller })).status).toBe(400)
    for (const query of [{ limit: '0' }, { limit: 'all' }, { colour: 'red' }]) {
      expect((await call(gamesList, { query })).body.code).toBe('invalid_request')
    }
  })

  test('401 unauthenticated without a credential', async () => {
    expect((await call(gamesList, { caller: anonymous() })).status).toBe(401)
  })
})
