import { player } from '@coinop/shared/testing'
import { callCounting, tellsNoCost } from '@coinop/shared/testing-cost'
import { beforeAll, describe, expect, test } from 'vitest'
import { gamesPlay } from './routes/games.play.ts'
import { roundsList } from './routes/rounds.list.ts'
import { flip, makeCurrency, nextSide, uniqueKey, userWith } from './test-games.ts'

beforeAll(async () => {
  await makeCurrency()
  // The first event of a day has a row of the day with it.
  await flip(await userWith(100))
})

const play = (userId: string, json: object, headers = uniqueKey()) =>
  callCounting(gamesPlay, {
    params: { gameId: 'coinflip' },
    caller: player(userId),
    headers,
    json: { bet: 10, currency: 'COIN', ...json },
  })
const other = (side: 'heads' | 'tails') => (side === 'heads' ? 'tails' : 'heads')

describe('Coinop-Cost: 1', () => {
  test('a play counts the round, the wallet and the event that it waits for', async () => {
    const ada = await userWith(1_000)
    await play(ada, { side: await nextSide(ada) })
    const won = await play(ada, { side: await nextSide(ada) })
    expect(won).toMatchObject({ status: 201, body: { payout: 20 } })
    // The round (5), session and score; in the wallet two entries, balance and key; the event.
    expect(won.written).toBe(5 + 2 + 4 + 1)
    const lost = await play(ada, { side: other(await nextSide(ada)) })
    expect(lost).toMatchObject({ status: 201, body: { payout: 0 } })
    expect(lost.written).toBe(won.written - 1)
  })

  test('the first play makes the pair of seeds and the score as well', async () => {
    const ada = await userWith(1_000)
    const first = await play(ada, { side: 'heads' })
    const second = await play(ada, { side: await nextSide(ada) })
    expect(first.status).toBe(201)
    expect(first.written).toBeGreaterThanOrEqual(second.written)
  })

  test('a retry writes nothing', async () => {
    const [ada, key] = [await userWith(1_000), uniqueKey()]
    const first = await play(ada, { side: 'heads' }, key)
    const again = await play(ada, { side: 'heads' }, key)
    expect(again.body).toEqual(first.body)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.written).toBe(0)
    expect(again.read).toBeGreaterThan(0)
  })

  test('refusals tell it as well: what the wallet refused is written down', async () => {
    const ada = await userWith(50)
    await play(ada, { side: 'heads' })
    const invalid = await play(ada, { side: 'heads', bet: -1 })
    expect(invalid).toMatchObject({ status: 400, read: 0, written: 0 })
    const poor = await play(ada, { side: 'heads', bet: 1_000 })
    expect(poor.status).toBe(409)
    expect(poor.written).toBeGreaterThan(5)
  })

  test('a list reads its rows; nothing is told to who does not ask', async () => {
    const ada = await userWith(1_000)
    for (const side of ['heads', 'tails']) await play(ada, { side })
    const list = await callCounting(roundsList, { query: { userId: ada } })
    expect(list).toMatchObject({ status: 200, written: 0 })
    expect(list.read).toBeGreaterThanOrEqual(2)
    expect(tellsNoCost((await flip(ada)).headers)).toBe(true)
  })
})
