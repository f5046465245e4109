/**
 * `npm run bench -- gateway`: what the gateway costs a request with a warm key, limits and quota, against the bare
 * runtime; and what ten logins that hash do to it.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openHello } from '../tools/embedded.ts'
import { startSystem } from '../tools/system.ts'
import type { Demo } from '../tools/demo.ts'
import { type Figures, type Load, run } from './load.ts'

const ports = { gateway: 8_797, hello: 8_798 }
const bounds = { connections: 32, requestsMax: 20_000, secondsMax: 10 }
const rounds = 3

export async function bench(): Promise<void> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'coinop-bench-'))
  const { gateway: port } = ports
  const baseUrl = `http://localhost:${port}`
  const system = await startSystem({ stateFolder, host: '127.0.0.1', port, baseUrl })
  const hello = await openHello({ host: '127.0.0.1', port: ports.hello })
  try {
    await compare(system.demo)
    await whileHashing(system.demo)
  } finally {
    await hello.dispose()
    await system.stop()
    rmSync(stateFolder, { recursive: true, force: true })
  }
}

const withKey = ({ secretKey }: Demo): Load => ({
  port: ports.gateway,
  path: '/v1/billing',
  headers: { 'x-api-key': secretKey },
  ...bounds,
})

/** In turns, so that a noisy machine is noisy for both; the best round of each counts. */
async function compare(demo: Demo): Promise<void> {
  const bare: Load = { port: ports.hello, path: '/', ...bounds }
  const loads = { bare, gateway: withKey(demo) }
  for (const load of [loads.bare, loads.gateway]) await run({ ...load, requestsMax: 2_000 })
  const best = { bare: [] as Figures[], gateway: [] as Figures[] }
  for (let round = 0; round < rounds; round += 1) {
    best.bare.push(await run(loads.bare))
    best.gateway.push(await run(loads.gateway))
  }
  const [first, second] = [fastest(best.bare), fastest(best.gateway)]
  print(`${cpus().length} CPUs (${cpus()[0]?.model.trim()}), ${bounds.connections} connections`)
  print('| GET | requests/s | p50 ms | p99 ms | not 200 |')
  print('|---|---:|---:|---:|---:|')
  print(row('bare runtime, hello', first))
  print(row('gateway, warm key, limits, quota, one Worker behind', second))
  print(`\nRatio: ${(second.perSecond / first.perSecond).toFixed(2)}`)
}

async function whileHashing(demo: Demo): Promise<void> {
  const load = { ...withKey(demo), connections: 4, requestsMax: 4_000 }
  const alone = await run(load)
  const stop = new AbortController()
  let logins = 0
  const { email, password } = demo.users[0]!
  const logIn = async () => {
    while (!stop.signal.aborted) {
      const response = await fetch(`http://127.0.0.1:${ports.gateway}/v1/login`, {
        method: 'POST',
        headers: { 'x-api-key': demo.publishableKey, 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      })
      await response.body?.cancel()
      logins += 1
    }
  }
  const players = Array.from({ length: 10 }, logIn)
  const together = await run(load)
  stop.abort()
  await Promise.all(players)
  print('\n| GET with a warm key, 4 connections | requests/s | p50 ms | p99 ms | not 200 |')
  print('|---|---:|---:|---:|---:|')
  print(row('alone', alone))
  print(row(`while ten logins hash (${logins} logins)`, together))
}

const fastest = (figures: Figures[]) =>
  figures.reduce((best, each) => (each.perSecond > best.perSecond ? each : best))

const row = (name: string, figures: Figures) => {
  const { perSecond, p50Milliseconds, p99Milliseconds, refused } = figures
  return `| ${name} | ${perSecond} | ${p50Milliseconds} | ${p99Milliseconds} | ${refused} |`
}

const print = (line: string) => console.log(line)
