import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { commandInteraction, newSnowflake, signedHeaders } from '../tools/discord-client.ts'
import { quiet } from './databases.ts'
import { type Ask, ask, demo, newPlayer, type Player, stateFolder } from './door.ts'

type Bad = [what: string, method: string, path: string, request: Ask, status: number, code: string]

let ada: Player
let grace: Player
let foreignOrder = ''
beforeAll(async () => {
  ada = await newPlayer(1_000)
  grace = await newPlayer(1_000)
  const json = { itemId: demo.items[0]!.id }
  const { body } = await ask('POST', '/v1/purchase', { token: grace.token, json })
  foreignOrder = body.id as string
})

const coins = (amount: unknown) => ({ to: grace.id, currency: demo.currency, amount })
const asAda = (json: unknown, more: Ask = {}): Ask => ({ token: ada.token, json, ...more })

/** Each is refused with this status and code; none of them writes a row anywhere. */
function requests(): Bad[] {
  const transfer = '/v1/transfer'
  const wrongAmounts = [0, -5, 1.5, 2 ** 53, 1e13, '10', null, [1], { value: 1 }, true]
  const itemId = demo.items[0]!.id
  const large = JSON.stringify({ memo: 'x'.repeat(1_048_576) })
  const forged = JSON.stringify({
    kind: 'secret',
    projectId: demo.projectId,
    scopes: ['events:read'],
  })
  const noKey = { idempotencyKey: '' }
  return [
    ...wrongAmounts.map((amount): Bad => [
      `amount ${JSON.stringify(amount)}`,
      'POST',
      transfer,
      asAda(coins(amount)),
      400,
      'invalid_request',
    ]),
    ['unknown field', 'POST', transfer, asAda({ ...coins(1), x: 1 }), 400, 'invalid_request'],
    ['no body', 'POST', transfer, { token: ada.token }, 415, 'unsupported_media_type'],
    ['an array', 'POST', transfer, asAda([]), 400, 'invalid_request'],
    ['half a body', 'POST', transfer, { token: ada.token, body: '{"to":' }, 400, 'malformed_json'],
    ['1 MB', 'POST', transfer, { token: ada.token, body: large }, 413, 'payload_too_large'],
    ['no key', 'POST', transfer, asAda(coins(1), noKey), 400, 'idempotency_key_required'],
    [
      'huge key',
      'POST',
      transfer,
      asAda(coins(1), { idempotencyKey: 'k'.repeat(256) }),
      400,
      'invalid_request',
    ],
    ['other sender', 'POST', transfer, asAda({ ...coins(1), from: grace.id }), 403, 'forbidden'],
    ['to oneself', 'POST', transfer, asAda({ ...coins(1), to: ada.id }), 409, 'same_wallet'],
    ['no credential', 'POST', transfer, { json: coins(1) }, 401, 'unauthenticated'],
    ['deposit by a player', 'POST', `/v1/wallets/${ada.id}/deposit`, asAda({}), 403, 'forbidden'],
    [
      'deposit to nobody',
      'POST',
      '/v1/wallets/usr_00000000000000000000000000/deposit',
      { key: demo.secretKey, json: { currency: demo.currency, amount: 1, reason: 'x' } },
      404,
      'not_found',
    ],
    [
      "another's order",
      'GET',
      `/v1/orders/${foreignOrder}`,
      { token: ada.token },
      404,
      'not_found',
    ],
    [
      "another's balance",
      'GET',
      `/v1/balance?userId=${grace.id}`,
      { token: ada.token },
      403,
      'forbidden',
    ],
    ['quantity 0', 'POST', '/v1/purchase', asAda({ itemId, quantity: 0 }), 400, 'invalid_request'],
    [
      'quantity 1.5',
      'POST',
      '/v1/purchase',
      asAda({ itemId, quantity: 1.5 }),
      400,
      'invalid_request',
    ],
    [
      'price of the client',
      'POST',
      '/v1/purchase',
      asAda({ itemId, price: 1 }),
      400,
      'invalid_request',
    ],
    [
      'other price expected',
      'POST',
      '/v1/purchase',
      asAda({ itemId, expectedPrice: 1 }),
      409,
      'price_changed',
    ],
    [
      'bet -1',
      'POST',
      '/v1/games/coinflip/play',
      asAda({ bet: -1, currency: demo.currency, side: 'heads' }),
      400,
      'invalid_request',
    ],
    [
      'side edge',
      'POST',
      '/v1/games/coinflip/play',
      asAda({ bet: 1, currency: demo.currency, side: 'edge' }),
      400,
      'invalid_request',
    ],
    [
      'unknown game',
      'POST',
      '/v1/games/poker/play',
      asAda({ bet: 1, currency: demo.currency }),
      404,
      'game_not_found',
    ],
    [
      'short password',
      'POST',
      '/v1/signup',
      { key: demo.publishableKey, json: { email: 'x@example.com', password: 'short' } },
      400,
      'invalid_request',
    ],
    [
      'wrong password',
      'POST',
      '/v1/login',
      {
        key: demo.publishableKey,
        json: { email: demo.users[0]!.email, password: 'not the password' },
      },
      401,
      'invalid_credentials',
    ],
    [
      'unknown refresh token',
      'POST',
      '/v1/refresh',
      { json: { refreshToken: `rt_${'A'.repeat(43)}` } },
      401,
      'invalid_refresh_token',
    ],
    [
      'forged caller',
      'GET',
      '/v1/events',
      { headers: { 'coinop-caller': forged } },
      401,
      'unauthenticated',
    ],
    [
      'broken token',
      'GET',
      '/v1/me',
      { token: `${ada.token.slice(0, -2)}xx` },
      401,
      'unauthenticated',
    ],
    [
      'form',
      'POST',
      transfer,
      {
        token: ada.token,
        body: 'to=x',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
      'unsupported_media_type',
    ],
    ['wrong method', 'DELETE', '/v1/balance', { token: ada.token }, 405, 'method_not_allowed'],
    ['wrong path', 'GET', '/v1/balances', { token: ada.token }, 404, 'not_found'],
  ]
}

function discordRequests(): Bad[] {
  const path = `/v1/discord/interactions/${demo.discord.applicationId}`
  const user = { id: newSnowflake(), username: 'mallory' }
  const interaction = commandInteraction(demo, user, { name: 'daily' })
  const body = JSON.stringify(interaction)
  const now = Math.floor(Date.now() / 1_000)
  const other = generateKeyPairSync('ed25519').privateKey
  const otherKey = other.export({ format: 'der', type: 'pkcs8' }).toString('base64')
  const stranger = { discord: { ...demo.discord, privateKey: otherKey } }
  const foreign = JSON.stringify({ ...interaction, application_id: newSnowflake() })
  const send = (what: string, headers: Record<string, string>, sent = body): Bad => [
    `Discord: ${what}`,
    'POST',
    path,
    { body: sent, headers },
    401,
    'invalid_signature',
  ]
  return [
    send('unsigned', {}),
    send('another key', signedHeaders(stranger, body)),
    send('stale', signedHeaders(demo, body, now - 301)),
    send('from the future', signedHeaders(demo, body, now + 120)),
    send('changed body', signedHeaders(demo, body), `${body} `),
    send('not hex', { ...signedHeaders(demo, body), 'x-signature-ed25519': 'z'.repeat(128) }),
    send('another application', signedHeaders(demo, foreign), foreign),
    send('signed nonsense', signedHeaders(demo, '{"id":'), '{"id":'),
  ]
}

describe('bad input through the public door', () => {
  test('is a problem with the right status and code, and changes no database', async () => {
    const before = await quiet(stateFolder)
    for (const [what, method, path, request, status, code] of [
      ...requests(),
      ...discordRequests(),
    ]) {
      const answer = await ask(method, path, request)
      expect({ what, status: answer.status, code: answer.body.code }).toEqual({
        what,
        status,
        code,
      })
      expect(answer.headers.get('content-type'), what).toBe('application/problem+json')
      expect(Object.keys(answer.body), what).toEqual(
        expect.arrayContaining(['type', 'title', 'status', 'code', 'requestId', 'fix']),
      )
      expect(answer.body.requestId, what).toBe(answer.headers.get('x-request-id'))
    }
    expect(await quiet(stateFolder)).toEqual(before)
  })

  test("another's order answers exactly like a missing one", async () => {
    const [foreign, missing] = await Promise.all(
      [foreignOrder, 'ord_00000000000000000000000000'].map((id) =>
        ask('GET', `/v1/orders/${id}`, { token: ada.token }),
      ),
    )
    for (const { body } of [foreign!, missing!]) delete body.requestId
    expect(foreign!.body).toEqual(missing!.body)
  })
})
