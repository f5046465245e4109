import { randomUUID } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readWorker } from '../tools/workers.ts'
import { plans } from '../workers/billing/src/plans.ts'
import { openOwnSystem, type OwnSystem } from './own-system.ts'
import { tally } from './requests.ts'
import { removeState, temporaryState } from './servers.ts'

const isolates = 4
const parallel = 200
/** What the meter hands out in one lease. */
const leaseMax = 10_000

/** Asks the meter as the gateway does: the only way to use a month up in a second, and none that production has. */
const drainConfig = `
name = "coinop-drain"
main = "index.js"
compatibility_date = "2026-11-01"
[[services]]
binding = "BILLING_METERS"
service = "coinop-billing"
entrypoint = "BillingMeters"
`
const drainCode = `
export default {
  async fetch(request, env) {
    const { caller, requests } = await request.json()
    const answers = []
    for (const each of requests) answers.push(await env.BILLING_METERS.lease(caller, each))
    return Response.json(answers.at(-1))
  }
}
`

const folder = temporaryState()
let system: OwnSystem
let doors: string[] = []
let drainUrl = ''

/** The gateway's own bundle several times over: each is an isolate with memory of its own. */
beforeAll(async () => {
  mkdirSync(join(folder, 'drain'))
  const configPath = join(folder, 'drain/wrangler.toml')
  const scriptPath = join(folder, 'drain/index.js')
  writeFileSync(configPath, drainConfig)
  writeFileSync(scriptPath, drainCode)
  system = await openOwnSystem({
    more: (workers, bundles) => {
      const gateway = workers.find(({ name }) => name === 'gateway')!
      const copies = Array.from({ length: isolates - 1 }, (_, index) => {
        const service = `${gateway.service}-${index + 2}`
        bundles.set(service, bundles.get(gateway.service)!)
        return { ...gateway, name: `gateway-${index + 2}`, service }
      })
      const drain = readWorker(configPath)
      const none = { bytes: 0, gzippedBytes: 0, built: false, seconds: 0 }
      bundles.set(drain.service, { name: 'drain', scriptPath, exports: ['default'], ...none })
      return [drain, ...copies]
    },
  })
  const { baseUrl, urls } = system
  const { 'coinop-drain': drain = '', ...copies } = urls
  drainUrl = drain
  doors = [baseUrl, ...Object.values(copies)]
}, 180_000)
afterAll(async () => {
  await system.close()
  removeState(folder)
})

type Sent = { token?: string; project?: string; json: object }

async function post(path: string, { token, project, json }: Sent) {
  const response = await fetch(doors[0] + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
      ...(project && { 'x-project-id': project }),
    },
    body: JSON.stringify(json),
  })
  expect(response.status, path).toBe(201)
  return (await response.json()) as { id: string; accessToken: string; secret: string }
}

/** A key of a new project on the smallest plan, with so many reads left of its month. */
async function keyWithLeft(left: number): Promise<string> {
  const account = { email: `${randomUUID()}@example.com`, password: randomUUID() }
  const { accessToken: token } = await post('/v1/tenants', { json: { name: 'Ada', ...account } })
  const environment = { name: 'Space Miner', environment: 'test' }
  const { id: projectId } = await post('/v1/projects', { token, json: environment })
  const json = { kind: 'secret', name: 'server', scopes: ['wallet:read'] }
  const { secret } = await post('/v1/keys', { token, project: projectId, json })
  const total = plans.free.operationsPerMonth.read - left
  const requests = Array.from({ length: Math.ceil(total / leaseMax) }, (_, index) => ({
    id: randomUUID(),
    class: 'read',
    plan: 'free',
    needed: Math.min(leaseMax, total - index * leaseMax),
    spare: 0,
  }))
  const base = { kind: 'system', actorId: 'system', scopes: [], plan: 'free', traceparent: '' }
  const caller = { ...base, projectId, requestId: randomUUID() }
  const drained = await fetch(drainUrl, {
    method: 'POST',
    body: JSON.stringify({ caller, requests }),
  })
  expect(await drained.json()).toMatchObject({ current: total })
  return secret
}

/** How many reads of currencies this isolate has answered. */
async function readsOf(door: string): Promise<number> {
  const text = await (await fetch(`${door}/metrics`)).text()
  const lines = text.matchAll(/^coinop_requests_total\{operation="currencies.list".*\} (\d+)$/gm)
  return [...lines].reduce((sum, [, count]) => sum + Number(count), 0)
}

test.each([1, 50, 150])(
  'a quota of %i and 200 parallel requests over four isolates: exactly so many succeed, the others are told why',
  async (left) => {
    const key = await keyWithLeft(left)
    const before = await Promise.all(doors.map(readsOf))
    const answers = await Promise.all(
      Array.from({ length: parallel }, (_, index) =>
        fetch(`${doors[index % isolates]}/v1/currencies`, { headers: { 'x-api-key': key } }),
      ),
    )
    const statuses = answers.map(({ status }) => status)
    expect(tally(statuses)).toEqual({ 200: left, 429: parallel - left })
    const after = await Promise.all(doors.map(readsOf))
    expect(after.map((count, index) => count - before[index]!)).toEqual(
      doors.map(() => parallel / isolates),
    )
    const limit = plans.free.operationsPerMonth.read
    const today = new Date()
    const resetsAt = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1))
    for (const refused of answers.filter(({ status }) => status === 429)) {
      expect(refused.headers.get('content-type')).toBe('application/problem+json')
      const body = (await refused.json()) as { resetsAt: string; fix: string }
      expect(body).toMatchObject({
        code: 'quota_exceeded',
        axis: 'operations.read',
        limit,
        current: limit,
      })
      expect(new Date(body.resetsAt)).toEqual(resetsAt)
      expect(body.fix).toMatch(/resetsAt/)
      const seconds = (resetsAt.getTime() - Date.now()) / 1_000
      expect(Math.abs(Number(refused.headers.get('retry-after')) - seconds)).toBeLessThan(60)
      expect(refused.headers.get('ratelimit-policy')).toMatch(/"key";q=\d+/)
    }
  },
  60_000,
)
