import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scopes } from '../packages/shared/src/access.ts'
import { newSnowflake, signedHeaders } from '../tools/discord-client.ts'
import { build, type Operation, operations } from './operations.ts'
import { openOwnSystem, type OwnSystem } from './own-system.ts'
import { type AskAt, askAt } from './requests.ts'

type Ask = Partial<AskAt>

type Secret = { what: string; text: string }
type Seen = { request: string; status: number; type: string; text: string }

const mark = 'canary'
const email = `${mark}-${randomUUID()}@example.com`
const password = `${mark}-password-${randomUUID()}`
const currency = 'COIN'
const canary = (what: string) => `${mark}-${what}-${randomBytes(24).toString('hex')}`

let system: OwnSystem
const secrets: Secret[] = []
const seen: Seen[] = []

/** Asks; what is answered is kept, but for the secrets that this very answer is there to show. */
async function tell(method: string, path: string, options: Ask = {}, shows: string[] = []) {
  const { status, body, headers } = await askAt(method, path, {
    baseUrl: system.baseUrl,
    ...options,
  })
  let text = JSON.stringify([body, [...headers]])
  for (const name of shows) {
    const shown = (body as Record<string, string>)[name]
    if (shown === undefined) continue
    secrets.push({ what: `${name} of ${path}`, text: shown })
    text = text.replaceAll(shown, '')
  }
  const type = headers.get('content-type') ?? ''
  seen.push({ request: `${method} ${path}`, status, type, text })
  // oxlint-disable-next-line typescript/no-unsafe-return -- a test says itself what it expects
  return body
}

const tokens = ['accessToken', 'refreshToken']
type Credential = Pick<Ask, 'key' | 'token' | 'headers'>
let credentials: Record<string, Credential> = {}
let discord: { applicationId: string; publicKey: string; privateKey: string }

/** A tenant, a project and a player whose every secret is known. */
async function populate(): Promise<void> {
  const owner = `${mark}-owner-${randomUUID()}@example.com`
  const account = { name: 'Ada Games', email: owner, password }
  const { accessToken: member } = await tell('POST', '/v1/tenants', { json: account }, tokens)
  const own = { token: member as string }
  const json = { name: 'Space Miner', environment: 'test' }
  const { id: project } = await tell('POST', '/v1/projects', { ...own, json })
  const headers = { 'x-project-id': project as string }
  const makeKey = async (kind: string, granted: readonly string[]) => {
    const key = { kind, name: 'server', scopes: granted }
    const made = await tell('POST', '/v1/keys', { ...own, headers, json: key }, ['secret'])
    return made.secret as string
  }
  const [key, publishable] = [await makeKey('secret', scopes), await makeKey('publishable', [])]
  const invited = { email: `${mark}-guest-${randomUUID()}@example.com`, role: 'viewer' }
  const { token } = await tell('POST', '/v1/members/invite', { ...own, json: invited }, ['token'])
  await tell('POST', '/v1/members/accept', { json: { token, password } }, tokens)
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  discord = {
    applicationId: newSnowflake(),
    publicKey: publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex'),
    privateKey: privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64'),
  }
  const { applicationId } = discord
  const application = {
    applicationId,
    publicKey: discord.publicKey,
    botToken: canary('bot'),
    clientSecret: canary('client'),
  }
  secrets.push({ what: 'the bot token', text: application.botToken })
  secrets.push({ what: 'the client secret', text: application.clientSecret })
  await tell('POST', `/v1/projects/${project}/discord-applications`, { ...own, json: application })
  const coin = { code: currency, name: 'Coin', decimals: 0, transferable: true }
  await tell('POST', '/v1/currencies', { key, json: coin })
  const signup = { email, password, displayName: 'Ada' }
  const player = await tell('POST', '/v1/signup', { key: publishable, json: signup }, tokens)
  const deviceSecret = randomBytes(32).toString('base64url')
  secrets.push({ what: 'the device secret', text: deviceSecret })
  await tell('POST', '/v1/login/device', { key, json: { deviceSecret } }, tokens)
  const { refreshToken } = await tell(
    'POST',
    '/v1/login',
    { key, json: { email, password } },
    tokens,
  )
  await tell('POST', '/v1/refresh', { json: { refreshToken } }, tokens)
  credentials = {
    nobody: {},
    player: { token: player.accessToken },
    secret: { key },
    publishable: { key: publishable },
    member: { ...own, headers },
    'a key as the token': { token: key },
    'a broken key': { key: `${key}x` },
    'a broken token': { token: `${player.accessToken}x` },
  }
}

/** What a session is or a password for is not to be used up. */
const isHarmless = ({ operationId }: Operation) =>
  !/logout|erase|password\.change/.test(operationId)

/** An operation, with whatever a client might put into it by mistake. */
function requestOf(operation: Operation) {
  const values = { password, email, refreshToken: secrets[1]!.text, token: password }
  const idOf = ({ kind }: { kind: string }) =>
    kind === 'applicationId' ? discord.applicationId : `${kind}_00000000000000000000000000`
  return build(operation, idOf, { mark, values })
}

async function askAs(operation: Operation, credential: Credential): Promise<void> {
  const { method, path, json } = requestOf(operation)
  await tell(method, path, { ...credential, ...(json && { json }) }, [...tokens, 'secret'])
}

/** Each operation by everybody, and with bodies that are not what they should be. */
async function askEverything(): Promise<void> {
  for (const operation of operations.filter(isHarmless)) {
    const { method, path, json } = requestOf(operation)
    for (const credential of Object.values(credentials)) await askAs(operation, credential)
    const { key } = credentials['secret']!
    const asText = `{"password":"${password}","email":"${email}"`
    await tell(method, path, { key: key!, ...(method !== 'GET' && { body: asText }) })
    const odd = { ...json, email: [email], password: { text: password }, remember: password }
    await tell(method, path, { key: key!, ...(method !== 'GET' && { json: odd }) })
  }
}

async function interact(): Promise<void> {
  for (const token of [canary('interaction'), canary('interaction')]) {
    secrets.push({ what: 'an interaction token', text: token })
    const { applicationId: application_id } = discord
    const user = { id: newSnowflake(), username: 'ada', global_name: null, discriminator: '0' }
    const member = { user: { ...user, avatar: null }, nick: null, roles: [], permissions: '0' }
    const data = { id: newSnowflake(), name: 'balance', type: 1, options: [] }
    const place = { guild_id: '100000000000000001', channel_id: '100000000000000002' }
    const kind = { id: newSnowflake(), application_id, type: 2, version: 1, locale: 'en-US' }
    const body = JSON.stringify({ ...kind, ...place, token, member, data })
    const path = `/v1/discord/interactions/${application_id}`
    await tell('POST', path, { body, headers: signedHeaders({ discord }, body) })
    await tell('POST', path, { body, headers: signedHeaders({ discord }, `${body} `) })
  }
}

type Database = Awaited<ReturnType<OwnSystem['miniflare']['getD1Database']>>

async function tablesOf(database: Database): Promise<string[]> {
  const { results } = await database
    .prepare(
      `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_cf\\_%' ESCAPE '\\'
       AND name NOT LIKE 'sqlite%' AND name <> 'd1_migrations'`,
    )
    .all<{ name: string }>()
  return results.map(({ name }) => name)
}
const rename = (database: Database, from: string, to: string) =>
  database.prepare(`ALTER TABLE "${from}" RENAME TO "${to}"`).run()

async function breakAll(database: Database): Promise<void> {
  for (const table of await tablesOf(database)) await rename(database, table, `gone_${table}`)
}

/** Without one table after the other, so that each statement of the Worker fails once, whatever was done before it. */
async function askWithoutEachTable(worker: string, database: Database): Promise<void> {
  const own = operations.filter((each) => each.worker === worker && isHarmless(each))
  for (const table of await tablesOf(database)) {
    await rename(database, table, `gone_${table}`)
    for (const operation of own) {
      // Somebody whom it is for, or it would be refused before it reads anything.
      const { kinds } = operation.access
      const kind = kinds.find((each) => each !== 'anonymous' && each in credentials)
      await askAs(operation, credentials[operation.isOpen ? 'nobody' : (kind ?? 'nobody')]!)
    }
    await rename(database, `gone_${table}`, table)
  }
}

/** A text as it is, and as it might slip through in another spelling. */
const spellings = ({ text }: Secret): string[] => [
  text,
  encodeURIComponent(text),
  JSON.stringify(text).slice(1, -1),
  Buffer.from(text).toString('base64').replaceAll('=', ''),
  Buffer.from(text).toString('base64url'),
  Buffer.from(text).toString('hex'),
]
const foundIn = (text: string): string[] =>
  secrets
    .filter((each) => spellings(each).some((spelling) => text.includes(spelling)))
    .map(({ what }) => what)

beforeAll(async () => {
  system = await openOwnSystem()
  secrets.push({ what: 'a password', text: password })
  for (const [worker, own] of Object.entries(system.secrets)) {
    for (const [name, text] of Object.entries(own))
      secrets.push({ what: `${worker} ${name}`, text })
  }
  await populate()
  await interact()
  await askEverything()
}, 180_000)
afterAll(() => system.close())

/** Empty when a file is gone: what it held has gone into its database, which is read as well. */
function textOf(file: string): string {
  try {
    return readFileSync(join(system.stateFolder, file), 'latin1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

describe('secrets', () => {
  test('are in no database in clear text', async () => {
    // The databases and what is not yet in them; the third kind of file, an index, comes and goes while they are read.
    const files = globSync('v3/**/*.sqlite{,-wal}', { cwd: system.stateFolder })
    expect(files.length).toBeGreaterThan(5)
    // The `-wal` first: what moves meanwhile is seen in its database.
    const texts = files
      .toSorted()
      .toReversed()
      .map((file) => ({ file, text: textOf(file) }))
    const found = texts.flatMap(({ file, text }) =>
      foundIn(text).map((what) => `${what} in ${file}`),
    )
    expect(found).toEqual([])
    // Otherwise nothing could be found in these files at all.
    expect(texts.some(({ text }) => text.includes(email))).toBe(true)
  })

  test('and addresses are in no log line, no error and no answer but the one that shows them, also when every database fails', async () => {
    for (const { databases, name, service } of system.workers) {
      for (const { binding } of databases) {
        const database = await system.miniflare.getD1Database(binding, service)
        await askWithoutEachTable(name, database)
        // Without `auth` nobody would get any further.
        if (name !== 'auth') await breakAll(database)
      }
    }
    await askEverything()
    await interact()

    const failed = seen.filter(({ status }) => status >= 500)
    expect(failed.length).toBeGreaterThan(100)
    for (const { request, type, text } of failed) {
      expect(type, request).toBe('application/problem+json')
      expect(text, request).not.toMatch(
        /SQL|D1_|gone_|no such table|node_modules|\.ts:|\.js:| at /i,
      )
    }
    const told = seen.flatMap(({ request, text }) =>
      foundIn(text).map((what) => ({ request, what })),
    )
    expect(told).toEqual([])
    const errors = seen.filter(({ status }) => status >= 400)
    expect(errors.filter(({ text }) => text.includes(email))).toEqual([])

    const { lines } = system
    expect(lines.length).toBeGreaterThan(1_000)
    expect(lines.some((line) => line.includes('no such table'))).toBe(true)
    const logged = lines.filter((line) => foundIn(line).length > 0 || line.includes(mark))
    expect(logged).toEqual([])
  }, 300_000)
})
