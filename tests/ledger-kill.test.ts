import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, expect, test } from 'vitest'
import { quiet } from './databases.ts'
import { removeState, type Server, startServer, temporaryState } from './servers.ts'

const kills = Number(process.env['KILLS'] || 20)
const wallets = 8
const amountEach = 1_000
const workers = 8
const loadMilliseconds = 700

const stateFolder = temporaryState()
afterAll(() => removeState(stateFolder))

const headersOf = ({ demo }: Server, key: string) => ({
  'x-api-key': demo.secretKey,
  'content-type': 'application/json',
  'idempotency-key': key,
})
const post = (server: Server, path: string, body: object, key: string = randomUUID()) =>
  fetch(server.baseUrl + path, {
    method: 'POST',
    headers: headersOf(server, key),
    body: JSON.stringify(body),
  })

type Order = { key: string; from: string; to: string; amount: number; accepted: boolean }

async function newWallet(server: Server): Promise<string> {
  const signup = { email: `${randomUUID()}@example.com`, password: randomUUID() }
  const headers = { ...headersOf(server, randomUUID()), 'x-api-key': server.demo.publishableKey }
  const url = `${server.baseUrl}/v1/signup`
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(signup) })
  const { user } = (await response.json()) as { user: { id: string } }
  const json = { currency: server.demo.currency, amount: amountEach, reason: 'test money' }
  expect((await post(server, `/v1/wallets/${user.id}/deposit`, json)).status).toBe(201)
  return user.id
}

const send = (server: Server, { from, to, amount, key }: Order) =>
  post(server, '/v1/transfer', { from, to, currency: server.demo.currency, amount }, key)

/** Sends at random until the server is gone; what it accepted must never be lost. */
async function load(server: Server, ids: string[], orders: Order[], pick: () => number) {
  const until = performance.now() + loadMilliseconds * 3
  while (performance.now() < until) {
    const from = ids[pick() % ids.length]!
    const to = ids[(ids.indexOf(from) + 1 + (pick() % (ids.length - 1))) % ids.length]!
    const order = { key: randomUUID(), from, to, amount: 1 + (pick() % 300), accepted: false }
    orders.push(order)
    try {
      order.accepted = (await send(server, order)).status === 201
    } catch {
      return
    }
  }
}

/** Every wallet's own tables: what it holds, and what its entries say. */
function books() {
  const files = globSync('v3/**/*.sqlite', { cwd: stateFolder })
  return files.flatMap((file) => {
    const database = new DatabaseSync(join(stateFolder, file), { readOnly: true })
    try {
      const tables = database
        .prepare(`SELECT name FROM sqlite_schema WHERE name = 'outgoing'`)
        .all()
      if (tables.length === 0) return []
      const one = (sql: string) => Object.values(database.prepare(sql).get() as object)[0] as number
      return [
        {
          entries: one(`SELECT coalesce(sum(amount), 0) FROM entries`),
          posted: one(`SELECT coalesce(sum(posted), 0) FROM balances`),
          minted: one(
            `SELECT coalesce(sum(amount), 0) FROM entries WHERE counterAccount = '@mint'`,
          ),
          transit: one(
            `SELECT coalesce(sum(amount), 0) FROM entries WHERE counterAccount = '@transit'`,
          ),
          open: one(`SELECT count(*) FROM outgoing WHERE state = 'SENT'`),
          lowest: one(`SELECT coalesce(min(balanceAfter), 0) FROM entries`),
        },
      ]
    } finally {
      database.close()
    }
  })
}

test(`SIGKILL in the middle of the load, ${kills} times: nothing accepted is lost, the difference is 0`, async () => {
  let state = 7
  const pick = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff)
  let server = await startServer({ stateFolder })
  const ids = await Promise.all(Array.from({ length: wallets }, () => newWallet(server)))
  const orders: Order[] = []
  for (let kill = 0; kill < kills; kill++) {
    const running = server
    const busy = Array.from({ length: workers }, () => load(running, ids, orders, pick))
    await new Promise((done) =>
      setTimeout(done, loadMilliseconds / 2 + (pick() % loadMilliseconds)),
    )
    await server.kill()
    await Promise.all(busy)
    server = await startServer({ stateFolder })
  }
  const accepted = orders.filter((order) => order.accepted)
  console.log(`${orders.length} transfers, ${accepted.length} accepted, ${kills} kills`)
  expect(accepted.length).toBeGreaterThan(kills)
  for (const order of accepted.slice(-200)) {
    const again = await send(server, order)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.status).toBe(201)
  }
  await expect
    .poll(() => books().reduce((sum, { open }) => sum + open, 0), {
      timeout: 60_000,
      interval: 500,
    })
    .toBe(0)
  await server.stop()
  const all = books()
  const sum = (figure: keyof (typeof all)[number]) =>
    all.reduce((total, book) => total + book[figure], 0)
  expect(sum('posted')).toBe(sum('entries'))
  expect(sum('transit')).toBe(0)
  expect(sum('minted')).toBeGreaterThanOrEqual(wallets * amountEach)
  expect(all.every(({ lowest }) => lowest >= 0)).toBe(true)
  await quiet(stateFolder)
}, 600_000)
