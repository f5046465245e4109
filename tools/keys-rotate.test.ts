/** Rotating the signing key of a system: what players notice, which is nothing. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freePort } from '../tests/servers.ts'
import { bundleAll } from './bundle.ts'
import { runScheduled } from './cron.ts'
import { openSystem, type Running } from './embedded.ts'
import { passOnRotation, requestRotation } from './key-rotation.ts'
import { applyMigrations } from './migrations.ts'
import { type Demo, seed } from './seed.ts'
import { testSecrets } from './secrets.ts'
import { findWorkers } from './workers.ts'

const workers = findWorkers()
const secrets = testSecrets(workers)
const stateFolder = mkdtempSync(join(tmpdir(), 'coinop-keys-'))
let running: Running
let system: Running['miniflare']
let baseUrl = ''
let demo: Demo

async function open(): Promise<void> {
  const bundles = await bundleAll(workers)
  const port = await freePort()
  baseUrl = `http://127.0.0.1:${port}`
  const listen = { host: '127.0.0.1', port }
  running = await openSystem({ workers, bundles, secrets, stateFolder, listen, onLog: () => {} })
  system = running.miniflare
}
/** A start later on: no isolate remembers anything, and every key is older by this. */
async function reopenAfter(milliseconds: number): Promise<void> {
  const database = await system.getD1Database('AUTH_DB', 'coinop-auth')
  await database
    .prepare('UPDATE signing_keys SET created_at = created_at - ?')
    .bind(milliseconds)
    .run()
  await running.stop()
  await open()
}

beforeAll(async () => {
  await open()
  await applyMigrations(system, workers)
  demo = await seed({ miniflare: system, secrets, stateFolder, baseUrl })
}, 120_000)
afterAll(async () => {
  await running.stop()
  rmSync(stateFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
})

/** As the command and the running system do it together. */
async function rotate(): Promise<void> {
  requestRotation(stateFolder)
  await passOnRotation(system, stateFolder)
}
const everyMinute = () =>
  runScheduled(system, 'coinop-auth', { cron: '* * * * *', time: new Date() })

const kids = async () => {
  const response = await fetch(`${baseUrl}/v1/jwks.json`)
  return ((await response.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid)
}
const kidOf = (token: string) => {
  const [header = ''] = token.split('.')
  return (JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string }).kid
}

type Tokens = { accessToken: string; refreshToken: string }
async function post(path: string, json: object): Promise<Tokens> {
  const response = await fetch(baseUrl + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': demo.publishableKey },
    body: JSON.stringify(json),
  })
  expect(response.ok, path).toBe(true)
  return (await response.json()) as Tokens
}
const logIn = () => post('/v1/login/device', { deviceSecret: crypto.randomUUID().padEnd(43, 'x') })
const me = async ({ accessToken }: Tokens) => {
  const headers = { authorization: `Bearer ${accessToken}` }
  return (await fetch(`${baseUrl}/v1/me`, { headers })).status
}

const requestsMin = 25

/** Players who ask and refresh without a pause until they are told to stop, and each for so many requests at least. */
function load(players: Tokens[]) {
  const loop = { running: true }
  const play = async (tokens: Tokens) => {
    let [current, count] = [tokens, 0]
    for (; loop.running || count < requestsMin; count++) {
      expect(await me(current)).toBe(200)
      const { refreshToken } = current
      if (count % 5 === 4) current = await post('/v1/refresh', { refreshToken })
    }
  }
  const all = Promise.all(players.map(play))
  return async () => {
    loop.running = false
    await all
  }
}

test('under load no request fails; old tokens work until the old key is withdrawn, and then are 401', async () => {
  const old = await logIn()
  const first = kidOf(old.accessToken)
  const stop = load([await logIn(), await logIn(), await logIn()])
  await rotate()
  const [second = ''] = (await kids()).filter((kid) => kid !== first)
  expect(await kids()).toEqual([second, first])
  expect(kidOf((await logIn()).accessToken)).toBe(first)
  await stop()

  await reopenAfter(121_000)
  const stopAgain = load([old, await logIn()])
  const late = await logIn()
  expect(kidOf(late.accessToken)).toBe(second)
  await rotate()
  expect(await kids()).toHaveLength(3)
  expect(kidOf((await logIn()).accessToken)).toBe(second)
  await stopAgain()

  // The second key was made 121 s before the third: when the first is withdrawn, the second still signs or did.
  await reopenAfter(810_000 - 60_000)
  await everyMinute()
  const [third = ''] = await kids()
  expect(await kids()).toEqual([third, second])
  expect(await me(old)).toBe(401)
  expect(await me(late)).toBe(200)
  expect(kidOf((await logIn()).accessToken)).toBe(third)
}, 180_000)

test('what was asked of a system that was stopped is done after its next start', async () => {
  const before = await kids()
  await running.stop()
  requestRotation(stateFolder)
  await open()
  await passOnRotation(system, stateFolder)
  const after = await kids()
  expect(after).toEqual([expect.any(String), ...before])
  await passOnRotation(system, stateFolder)
  expect(await kids()).toEqual(after)
}, 120_000)

test('without a system nothing is written, and the message says what to do', () => {
  const nowhere = join(stateFolder, 'nowhere')
  expect(() => requestRotation(nowhere)).toThrow('npm start')
  expect(existsSync(nowhere)).toBe(false)
})
