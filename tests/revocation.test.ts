import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { ask, must } from './door.ts'

const currency = 'COIN'
/** So many clients, each with a request every 200 ms: 100 a second, as long as the machine keeps up. */
const clients = 20
const paceMilliseconds = 200
const beforeMilliseconds = 1_500
/** A revoked key is remembered for at most this long, and no longer. */
const rememberedMilliseconds = 10_000
const password = 'correct horse battery staple'

/** A key that reads and moves money, two players for it, and who can revoke it. */
async function market() {
  const account = { name: 'Ada Games', email: `${randomUUID()}@example.com`, password }
  const { accessToken: token } = await must('POST', '/v1/tenants', { json: account })
  const place = { name: 'Space Miner', environment: 'test' }
  const { id: project } = await must('POST', '/v1/projects', { token, json: place })
  const headers = { 'x-project-id': project as string }
  const granted = { kind: 'secret', name: 'server', scopes: ['wallet:read', 'wallet:write'] }
  const { id, secret: key } = await must('POST', '/v1/keys', { token, headers, json: granted })
  const coin = { code: currency, name: 'Coin', decimals: 0, transferable: true }
  await must('POST', '/v1/currencies', { key, json: coin })
  const users: string[] = []
  for (const who of ['from', 'to']) {
    const json = { email: `${who}-${randomUUID()}@example.com`, password }
    users.push((await must('POST', '/v1/signup', { key, json })).user.id as string)
  }
  const [from, to] = users
  const deposit = { currency, amount: 1_000_000, reason: 'test' }
  await must('POST', `/v1/wallets/${from}/deposit`, { key, json: deposit })
  const revoke = () => ask('DELETE', `/v1/keys/${id}`, { token, headers })
  return { key: key as string, transfer: { from, to, currency, amount: 1 }, revoke }
}

test('a key revoked under 100 requests/s: no transfer succeeds after the answer, no read 10 s after it', async () => {
  const { key, transfer, revoke } = await market()
  const results: { at: number; moves: boolean; status: number }[] = []
  const end = new AbortController()
  const send = async (moves: boolean) => {
    const at = performance.now()
    const { status } = moves
      ? await ask('POST', '/v1/transfer', { key, json: transfer })
      : await ask('GET', '/v1/currencies', { key })
    results.push({ at, moves, status })
  }
  const load = Array.from({ length: clients }, async (_, index) => {
    while (!end.signal.aborted) {
      const pace = new Promise((resolve) => setTimeout(resolve, paceMilliseconds))
      await send(index % 2 === 0)
      await pace
    }
  })
  await new Promise((resolve) => setTimeout(resolve, beforeMilliseconds))
  expect((await revoke()).status).toBe(204)
  const revokedAt = performance.now()
  await new Promise((resolve) => setTimeout(resolve, rememberedMilliseconds + 2_000))
  end.abort()
  await Promise.all(load)

  const before = results.filter(({ at }) => at < revokedAt)
  expect(before.filter(({ moves, status }) => moves && status === 201).length).toBeGreaterThan(10)
  expect(before.filter(({ moves, status }) => !moves && status === 200).length).toBeGreaterThan(10)
  const after = results.filter(({ at }) => at >= revokedAt)
  const moved = after.filter(({ moves }) => moves)
  expect(moved.length).toBeGreaterThan(100)
  expect(new Set(moved.map(({ status }) => status))).toEqual(new Set([401]))
  const late = after.filter(({ at }) => at > revokedAt + rememberedMilliseconds)
  expect(late.length).toBeGreaterThan(clients)
  expect(new Set(late.map(({ status }) => status))).toEqual(new Set([401]))
  // Nothing but 200 and 401 in between: a revocation is no outage.
  expect(new Set(after.map(({ status }) => status)).isSubsetOf(new Set([200, 401]))).toBe(true)
}, 120_000)
