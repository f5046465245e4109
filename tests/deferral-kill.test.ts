import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { globSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { commandInteraction, interact, newSnowflake } from '../tools/discord-client.ts'
import { startFakeDiscord } from './fake-discord.ts'
import { type AskAt, askAt } from './requests.ts'
import { removeState, type Server, startServer, temporaryState } from './servers.ts'

/** A role that this fake Discord gives, and does not answer the first time: whoever waits for it waits for four seconds. */
const slowRole = '1300000000000000408'
const token = `secret-${randomUUID()}`

const stateFolder = temporaryState()
let discord: Awaited<ReturnType<typeof startFakeDiscord>>
beforeAll(async () => {
  discord = await startFakeDiscord()
  const vars = { discord: { DISCORD_API_URL: `${discord.url}/api/v10` } }
  writeFileSync(join(stateFolder, 'vars.json'), JSON.stringify(vars))
})
afterAll(() => {
  discord.stop()
  removeState(stateFolder)
})

type Application = { applicationId: string; publicKey: string; privateKey: string }

function newApplication(): Application {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return {
    applicationId: newSnowflake(),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
}

/** A project with a bot, a shop that sells a role for 250, and a daily reward of 1,000. */
async function openShop({ baseUrl }: Server, application: Application) {
  const ask = async (path: string, options: Omit<AskAt, 'baseUrl'>) => {
    const { status, body } = await askAt('POST', path, { baseUrl, ...options })
    expect(status, `${path}: ${JSON.stringify(body)}`).toBeLessThan(300)
    return body as Record<string, string>
  }
  const email = `ada-${randomUUID()}@example.com`
  const account = { name: 'Ada Games', email, password: randomUUID() }
  const own = { token: (await ask('/v1/tenants', { json: account }))['accessToken']! }
  const project = { name: 'Arcade', environment: 'test' }
  const { id } = await ask('/v1/projects', { ...own, json: project })
  const { applicationId, publicKey } = application
  const bot = { applicationId, publicKey, botToken: `test-only-bot-token-${randomUUID()}` }
  await ask(`/v1/projects/${id}/discord-applications`, { ...own, json: bot })
  const scopes = ['wallet:write', 'shop:write', 'games:write']
  const json = { kind: 'secret', name: 'server', scopes }
  const made = await ask('/v1/keys', { ...own, headers: { 'x-project-id': id! }, json })
  const key = made['secret']!
  const coin = { code: 'COIN', name: 'Coin', decimals: 0, transferable: true }
  await ask('/v1/currencies', { key, json: coin })
  const reward = { key, json: { currency: 'COIN', amount: 1_000 }, baseUrl }
  expect((await askAt('PUT', '/v1/rewards/daily', reward)).status).toBe(200)
  const price = { currency: 'COIN', amount: 250 }
  const onPurchase = [{ kind: 'role', roleId: slowRole }]
  await ask('/v1/items', { key, json: { name: 'Knighthood', price, onPurchase } })
}

const heard = async () => {
  const answer = await fetch(`${discord.url}/test/heard?about=${token}`)
  const all = (await answer.json()) as { method: string; at: number; body: { content?: string } }[]
  return all.filter(({ method }) => method !== 'GET')
}

/** Every object of a deferral: what it keeps. */
function notes(): string[] {
  const files = globSync('v3/do/coinop-discord-DeferralObject/*.sqlite', { cwd: stateFolder })
  return files.flatMap((file) => {
    const database = new DatabaseSync(join(stateFolder, file), { readOnly: true, timeout: 5_000 })
    try {
      const sql = `SELECT name FROM sqlite_schema WHERE name = '_cf_KV'`
      if (database.prepare(sql).all().length === 0) return []
      const rows = database.prepare('SELECT value FROM _cf_KV').all() as { value: Uint8Array }[]
      return rows.map(({ value }) => Buffer.from(value).toString('latin1'))
    } finally {
      database.close()
    }
  })
}

test('SIGKILL while a reply is "thinking": after the next start it is edited within 40 seconds, and what was bought is paid once', async () => {
  const discordApplication = newApplication()
  let server = await startServer({ stateFolder })
  await openShop(server, discordApplication)
  const user = { id: newSnowflake(), username: 'ada' }
  const by = { discord: discordApplication }
  const use = (interaction: object) => interact({ ...by, baseUrl: server.baseUrl }, interaction)
  await use(commandInteraction(by, user, { name: 'daily' }))
  const options = [{ name: 'item', type: 3, value: 'Knighthood' }]
  const bought = { ...commandInteraction(by, user, { name: 'buy', options }), token }

  const startedAt = performance.now()
  expect(await use(bought)).toEqual({ status: 200, body: { type: 5, data: {} } })
  expect(performance.now() - startedAt).toBeLessThan(1_500)
  expect(notes()).toHaveLength(1)
  expect(notes().join()).not.toContain(token)
  await server.kill()
  expect(await heard()).toEqual([])

  server = await startServer({ stateFolder })
  await expect.poll(heard, { timeout: 40_000, interval: 500 }).toHaveLength(1)
  const [edit] = await heard()
  expect(edit).toMatchObject({ method: 'PATCH' })
  expect(edit!.body.content).toContain('bought **1 × Knighthood** for **250 COIN**')
  expect(edit!.body.content).toContain(`It brought the role <@&${slowRole}>.`)
  const { body } = await use(commandInteraction(by, user, { name: 'balance' }))
  expect(body.data?.content).toBe('**750 COIN**')
  await expect.poll(notes).toEqual([])
  expect(server.output()).not.toContain(token)
  await server.stop()
}, 180_000)
