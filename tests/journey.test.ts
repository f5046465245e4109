import { expect, test } from 'vitest'
import { runJourney } from '../tools/journey.ts'
import { demo } from './door.ts'

test('the journey through the public door, over REST and over signed Discord interactions', async () => {
  const steps: string[] = []
  await runJourney(demo, (what) => steps.push(what))
  expect(steps).toEqual([
    'POST /v1/signup',
    'POST /v1/login',
    'GET /v1/me',
    'POST /v1/refresh',
    'POST /v1/wallets/:id/deposit',
    'POST /v1/transfer, twice',
    'GET /v1/balance',
    'GET /v1/items',
    'POST /v1/purchase',
    'GET /v1/orders/:id',
    'GET /v1/games',
    'POST /v1/games/coinflip/play',
    'GET /v1/games/coinflip/score',
    'POST /v1/fairness/rotate',
    'GET /v1/events',
    'PING',
    '/daily',
    '/balance',
    '/pay',
    '/shop',
    '/buy',
    '/play',
    '/balance',
  ])
})
