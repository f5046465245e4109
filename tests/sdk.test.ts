/** The client for TypeScript against the whole system: what its README shows, for real. */
import { CoinopError, createCoinop, type Schemas } from '@coinop/sdk'
import { beforeAll, describe, expect, test } from 'vitest'
import { baseUrl, demo } from './door.ts'

const server = createCoinop({ baseUrl, apiKey: demo.secretKey })
const game = createCoinop({ baseUrl, apiKey: demo.publishableKey })

let ada: Schemas['SignedIn']
let grace: Schemas['SignedIn']

const signUp = async (displayName: string) => {
  const email = `${displayName}-${crypto.randomUUID()}@example.com`
  const body = { email, password: 'correct horse battery', displayName }
  return (await game.POST('/v1/signup', { body })).data
}

beforeAll(async () => {
  ;[ada, grace] = await Promise.all([signUp('ada'), signUp('grace')])
}, 30_000)

const pay = (amount: number, key?: string) =>
  server.POST('/v1/transfer', {
    body: { from: ada.user.id, to: grace.user.id, currency: demo.currency, amount },
    ...(key !== undefined && { params: { header: { 'Idempotency-Key': key } } }),
  })

describe('@coinop/sdk', () => {
  test('moves money, and a key of the caller makes two calls one', async () => {
    const params = { path: { walletId: ada.user.id } }
    const body = { currency: demo.currency, amount: 100, reason: 'a test' }
    await server.POST('/v1/wallets/{walletId}/deposit', { params, body })
    const key = crypto.randomUUID()
    const [first, second] = [await pay(30, key), await pay(30, key)]
    expect(second.data).toEqual(first.data)
    expect(second.response.headers.get('idempotency-replayed')).toBe('true')
    const { data } = await server.GET('/v1/balance', {
      params: { query: { userId: grace.user.id } },
    })
    expect(data.balances).toMatchObject([{ currency: demo.currency, posted: 30 }])
  })

  test('throws a refusal with its code and what to do', async () => {
    const refusal: unknown = await pay(1_000_000).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(CoinopError)
    expect(refusal).toMatchObject({ status: 409, code: 'insufficient_funds' })
    expect((refusal as CoinopError).fix).not.toBe('')
    expect((refusal as CoinopError).requestId).not.toBe('')
  })

  test('renews a token that is no longer good, once for many calls, and both keep working', async () => {
    const renewed: Required<{ accessToken: string; refreshToken: string }>[] = []
    const player = createCoinop({
      baseUrl,
      accessToken: 'expired.expired.expired',
      refreshToken: grace.refreshToken,
      onTokens: (tokens) => void renewed.push(tokens),
    })
    const answers = await Promise.all([1, 2, 3].map(() => player.GET('/v1/me')))
    for (const { data } of answers) expect(data.id).toBe(grace.user.id)
    expect(renewed).toHaveLength(1)
    const next = createCoinop({ baseUrl, ...renewed[0] })
    expect((await next.GET('/v1/me')).data.displayName).toBe('grace')
  })
})
