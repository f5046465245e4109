import { expect, test, vi } from 'vitest'
import { ask, joined, newPlayer, signUp } from './test-tenant.ts'
import { newKey } from './test-project.ts'

type Entry = { action: string; actorKind: string; actorId: string; subject: string; code: string }

test('the audit log tells who defined what by key or as a member, and what members were refused, in every Worker', async () => {
  const owner = await signUp()
  const { token, project } = owner
  const viewer = await joined(owner, 'viewer')
  const key = await newKey(project, 'secret', [
    'wallet:write',
    'shop:write',
    'games:write',
    'users:write',
  ])
  const player = await newPlayer(key)
  const entries = async (query: string): Promise<Entry[]> =>
    (await ask('GET', `/v1/audit?limit=100&${query}`, { token })).body.data
  const gem = { code: 'GEM', name: 'Gem', decimals: 0, transferable: true }
  const sword = { name: 'Sword', price: { currency: 'GEM', amount: 5 } }
  const reward = { currency: 'GEM', amount: 10 }
  const changes = [
    ['POST', '/v1/currencies', gem],
    ['POST', '/v1/items', sword],
    ['PUT', '/v1/rewards/daily', reward],
    ['POST', `/v1/users/${player.id}/deactivate`, undefined],
  ] as const
  for (const [method, path, json] of changes) {
    const refused = await ask(method, path, { token: viewer.token, project, ...(json && { json }) })
    expect(refused, path).toMatchObject({ status: 403 })
    const done = await ask(method, path, { key, ...(json && { json }) })
    expect(done.status, path).toBeLessThan(300)
  }
  await ask('POST', '/v1/members/invite', {
    token: viewer.token,
    json: { email: 'a@b.example', role: 'viewer' },
  })
  const actions = ['currencies.create', 'daily-reward.set', 'items.create', 'users.deactivate']
  await vi.waitFor(
    async () => {
      const done = (await entries('result=done')).filter(({ actorKind }) => actorKind === 'key')
      expect(done.map(({ action }) => action).toSorted()).toEqual(actions)
      const refused = await entries(`result=refused&actorId=${viewer.id}`)
      expect(refused.map(({ action }) => action).toSorted()).toEqual(
        [...actions, 'members.invite'].toSorted(),
      )
      expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['forbidden']))
    },
    { timeout: 20_000, interval: 250 },
  )
  const verified = await ask('GET', '/v1/audit/verify', { token })
  expect(verified.body).toMatchObject({ valid: true, brokenAt: null })
}, 60_000)

test('403 for a HEAD that a member may not send, and it is in the audit log as forbidden', async () => {
  const owner = await signUp()
  const viewer = await joined(owner, 'viewer')
  const head = await ask('HEAD', '/v1/audit', { token: viewer.token })
  expect(head).toEqual({ status: 403, body: undefined })
  const refused = `/v1/audit?result=refused&actorId=${viewer.id}`
  await vi.waitFor(
    async () => {
      const { body } = await ask('GET', refused, { token: owner.token })
      expect(body.data).toMatchObject([{ action: 'audit.list', code: 'forbidden' }])
    },
    { timeout: 20_000, interval: 250 },
  )
}, 60_000)
