import { describe, expect, test } from 'vitest'
import { ask, asOwner, availableTo, demo, newPlayer } from './door.ts'
import { tally } from './requests.ts'

const times = <T>(count: number, make: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)))
const outcomes = (answers: { status: number; body: { code?: string } }[]) =>
  tally(answers.map(({ status, body }) => body.code ?? status))

describe('races through the public door', () => {
  test('100 parallel purchases of a stock of 10: 10 orders paid, 10 charges, 90 clear refusals', async () => {
    const price = { currency: demo.currency, amount: 30 }
    const item = await asOwner('POST', '/v1/items', { json: { name: 'Rare', price, stock: 10 } })
    const players = await times(20, () => newPlayer(1_000))
    const answers = await times(100, async (index) => {
      const { token } = players[index % players.length]!
      return ask('POST', '/v1/purchase', { token, json: { itemId: item.body.id } })
    })
    expect(outcomes(answers)).toEqual({ 201: 10, out_of_stock: 90 })
    const left = await times(20, (index) => availableTo(players[index]!))
    expect(left.reduce((sum, each) => sum + each, 0)).toBe(20 * 1_000 - 10 * 30)
    const { body } = await asOwner('GET', `/v1/items/${item.body.id}`)
    expect(body.stock).toBe(0)
    const owned = await times(20, async (index) => {
      const inventory = await ask('GET', '/v1/inventory', { token: players[index]!.token })
      return inventory.body.data.length ? (inventory.body.data[0].quantity as number) : 0
    })
    expect(owned.reduce((sum, each) => sum + each, 0)).toBe(10)
  })

  test('100 parallel transfers out of a wallet that covers 10: exactly 10', async () => {
    const [sender, recipient] = [await newPlayer(100), await newPlayer()]
    const json = { to: recipient.id, currency: demo.currency, amount: 10 }
    const answers = await times(100, () =>
      ask('POST', '/v1/transfer', { token: sender.token, json }),
    )
    expect(outcomes(answers)).toEqual({ 201: 10, insufficient_funds: 90 })
    expect([await availableTo(sender), await availableTo(recipient)]).toEqual([0, 100])
  })

  test.each([
    ['/v1/transfer', 'the same transfer'],
    ['/v1/purchase', 'the same order'],
    ['/v1/games/coinflip/play', 'the same round'],
    ['deposit', 'the same entry'],
    ['/v1/signup', 'the same session'],
  ])('one Idempotency-Key 20 times at once on %s: %s, once', async (path) => {
    const [player, other] = [await newPlayer(1_000), await newPlayer()]
    const { currency } = demo
    const email = `${player.id}@example.com`
    const requests = {
      '/v1/transfer': { json: { to: other.id, currency, amount: 10 } },
      '/v1/purchase': { json: { itemId: demo.items[0]!.id } },
      '/v1/games/coinflip/play': { json: { bet: 10, currency, side: 'heads' } },
      deposit: { json: { currency, amount: 10, reason: 'once' }, key: demo.secretKey },
      '/v1/signup': { json: { email, password: 'a long enough one' }, key: demo.publishableKey },
    }
    const request = requests[path as keyof typeof requests]
    const url = path === 'deposit' ? `/v1/wallets/${player.id}/deposit` : path
    const idempotencyKey = `twenty-${player.id}`
    const credential = 'key' in request ? {} : { token: player.token }
    const answers = await times(20, () =>
      ask('POST', url, { ...credential, ...request, idempotencyKey }),
    )
    expect(outcomes(answers)).toEqual({ 201: 20 })
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    const fresh = answers.filter(({ headers }) => !headers.has('idempotency-replayed'))
    expect(fresh).toHaveLength(1)
    const { payout = 0 } = answers[0]!.body
    const effects: Record<string, number> = {
      '/v1/transfer': -10,
      '/v1/purchase': -demo.items[0]!.price.amount,
      '/v1/games/coinflip/play': payout - 10,
      deposit: 10,
      '/v1/signup': 0,
    }
    expect(await availableTo(player)).toBe(1_000 + effects[path]!)
  })
})
