import { systemCaller } from '@coinop/shared/caller'
import { beforeAll, describe, expect, test } from 'vitest'
import { fetchGateway, newKey, usageOf } from './test-project.ts'
import { ask, joined, newPlayer, signUp, type Tenant } from './test-tenant.ts'

let owner: Tenant
let player: { id: string; token: string }
const tokens: Record<string, string> = {}

/** A member of each role, and a player of the project. */
beforeAll(async () => {
  owner = await signUp()
  tokens['owner'] = owner.token
  for (const role of ['admin', 'developer', 'viewer']) {
    tokens[role] = (await joined(owner, role)).token
  }
  player = await newPlayer(await newKey(owner.project, 'publishable', []))
}, 60_000)

const as = (role: string, method: string, path: string, json?: object) =>
  ask(method, path, {
    token: tokens[role] ?? '',
    project: owner.project,
    ...(json && { json }),
  })

describe('what a role may do in a project', () => {
  test('a developer defines what a viewer only sees, and neither moves money; an admin does', async () => {
    const currency = { code: 'GEM', name: 'Gem', decimals: 0, transferable: true }
    const item = {
      name: 'Sword',
      description: '',
      price: { currency: 'GEM', amount: 5 },
      stock: null,
      isActive: false,
    }
    const definitions = [
      ['POST', '/v1/currencies', currency, 201],
      ['POST', '/v1/items', item, 201],
      ['PUT', '/v1/rewards/daily', { currency: 'GEM', amount: 10 }, 200],
    ] as const
    for (const [method, path, json, status] of definitions) {
      expect(await as('viewer', method, path, json), path).toMatchObject({ status: 403 })
      expect(await as('developer', method, path, json), path).toMatchObject({ status })
    }
    const deposit = [
      'POST',
      `/v1/wallets/${player.id}/deposit`,
      { currency: 'GEM', amount: 100, reason: 'x' },
    ] as const
    for (const role of ['viewer', 'developer']) {
      expect(await as(role, ...deposit), role).toMatchObject({
        status: 403,
        body: { code: 'forbidden', detail: expect.stringContaining('owner or admin') },
      })
    }
    const paid = await as('admin', ...deposit)
    expect(paid).toMatchObject({ status: 201, body: { balanceAfter: 100 } })
    const items = await as('viewer', 'GET', '/v1/items?includeInactive=true')
    expect(items.body.data).toMatchObject([{ name: 'Sword', isActive: false }])
    const { id: itemId } = items.body.data[0]
    expect(await as('viewer', 'GET', `/v1/items/${itemId}`)).toMatchObject({ status: 200 })
    const patch = ['PATCH', `/v1/items/${itemId}`, { isActive: true }] as const
    expect(await as('viewer', ...patch)).toMatchObject({ status: 403 })
    expect(await as('developer', ...patch)).toMatchObject({ status: 200 })
    const purchase = ['POST', '/v1/purchase', { itemId, userId: player.id }] as const
    expect(await as('developer', ...purchase)).toMatchObject({ status: 403 })
    const order = await as('admin', ...purchase)
    expect(order).toMatchObject({ status: 201, body: { userId: player.id } })
    const bet = { bet: 5, currency: 'GEM', userId: player.id, side: 'heads' }
    const play = ['POST', '/v1/games/coinflip/play', bet] as const
    expect(await as('developer', ...play)).toMatchObject({ status: 403 })
    const round = await as('owner', ...play)
    expect(round).toMatchObject({ status: 201 })
    for (const path of [
      `/v1/orders/${order.body.id}`,
      `/v1/orders?userId=${player.id}`,
      `/v1/inventory?userId=${player.id}`,
      `/v1/rounds/${round.body.id}`,
      `/v1/rounds?userId=${player.id}`,
      `/v1/games/coinflip/score?userId=${player.id}`,
      `/v1/balance?userId=${player.id}`,
      `/v1/wallets/${player.id}/entries`,
    ]) {
      expect(await as('viewer', 'GET', path), path).toMatchObject({ status: 200 })
    }
  }, 60_000)

  test('a viewer reads players, events, plan and usage', async () => {
    const users = await as('viewer', 'GET', '/v1/users')
    expect(users.body.data.map(({ id }: { id: string }) => id)).toContain(player.id)
    for (const path of [
      `/v1/users/${player.id}`,
      '/v1/events',
      '/v1/events/dead-letters',
      '/v1/billing',
      '/v1/usage',
      '/v1/usage/days',
      '/v1/currencies',
      '/v1/games',
      '/v1/rewards/daily',
    ]) {
      expect(await as('viewer', 'GET', path), path).toMatchObject({ status: 200 })
    }
    const billing = await as('viewer', 'GET', '/v1/billing')
    expect(billing.body.plan).toBe('free')
  })

  test('a viewer shuts nobody out; a developer does, and the player is out', async () => {
    const grace = await newPlayer(await newKey(owner.project, 'publishable', []))
    const path = `/v1/users/${grace.id}`
    expect(await as('viewer', 'POST', `${path}/deactivate`)).toMatchObject({ status: 403 })
    expect(await ask('GET', '/v1/me', { token: grace.token })).toMatchObject({ status: 200 })
    const off = await as('developer', 'POST', `${path}/deactivate`)
    expect(off).toMatchObject({ status: 200, body: { isActive: false } })
    const json = { to: player.id, currency: 'GEM', amount: 1 }
    const move = await ask('POST', '/v1/transfer', { token: grace.token, json })
    expect(move).toMatchObject({ status: 401 })
    const on = await as('developer', 'POST', `${path}/reactivate`)
    expect(on).toMatchObject({ status: 200, body: { isActive: true } })
  })

  test("404, the same as for none, for another tenant's member, on every kind of operation", async () => {
    const stranger = await signUp()
    const foreign = { token: stranger.token, project: owner.project }
    const none = { token: stranger.token, project: 'prj_00000000000000000000000000' }
    for (const [method, path] of [
      ['GET', '/v1/users'],
      ['GET', `/v1/balance?userId=${player.id}`],
      ['GET', '/v1/items'],
      ['POST', '/v1/currencies'],
      ['POST', `/v1/wallets/${player.id}/deposit`],
      ['POST', `/v1/users/${player.id}/deactivate`],
    ] as const) {
      const [theirs, nobodys] = await Promise.all([
        ask(method, path, foreign),
        ask(method, path, none),
      ])
      expect(theirs, path).toMatchObject({ status: 404 })
      expect({ ...theirs.body, requestId: '' }).toEqual({ ...nobodys.body, requestId: '' })
      // In their own project the ids of this one mean nothing.
      const own = { token: stranger.token, project: stranger.project }
      if (path.includes(player.id) && method === 'GET') {
        expect(await ask(method, path, own), path).toMatchObject({ status: 404 })
      }
    }
  })

  test("a member's requests are taken from the project's quota and told their limits", async () => {
    const other = await signUp()
    const member = { token: other.token, project: other.project }
    const before = (await usageOf(systemCaller(other.project))).read.used
    const headers = { authorization: `Bearer ${member.token}`, 'x-project-id': member.project }
    for (let count = 0; count < 5; count += 1) {
      const answer = await fetchGateway('/v1/users', { headers })
      expect(answer.headers.get('ratelimit')).toContain('"project";r=')
      await answer.arrayBuffer()
    }
    const after = (await usageOf(systemCaller(other.project))).read.used
    expect(after - before).toBeGreaterThanOrEqual(5)
  })
})
