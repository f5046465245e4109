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

const ports = { gateway: 8_796, hello: 8_797, hop: 8_798 }
const bounds = { connections: 32, requestsMax: 20_000, secondsMax: 10 }
const roundsCount = 3
const warmUp = 5_000

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
    await hello.stop()
    await system.stop()
    rmSync(stateFolder, { recursive: true, force: true })
  }
}

const withKey = ({ secretKey }: Demo, path: string): Load => ({
  port: ports.gateway,
  path,
  headers: { 'x-api-key': secretKey },
  ...bounds,
})

/** In turns, so that a noisy machine is noisy for all; the best round of each counts. */
async function compare(demo: Demo): Promise<void> {
  const loads = {
    'bare runtime: hello': { port: ports.hello, path: '/', ...bounds },
    'gateway: answered by itself': withKey(demo, '/v1/credential'),
    'bare runtime: hello behind one hop': { port: ports.hop, path: '/', ...bounds },
    'gateway: a Worker behind one hop': withKey(demo, '/v1/billing'),
  }
  const rounds: [string, Figures[]][] = Object.keys(loads).map((name) => [name, []])
  for (const load of Object.values(loads)) await run({ ...load, requestsMax: warmUp })
  for (let round = 0; round < roundsCount; round += 1) {
    for (const [index, load] of Object.values(loads).entries()) {
      rounds[index]![1].push(await run(load))
    }
  }
  const best = rounds.map(([name, figures]) => [name, fastest(figures)] as const)
  print(`${cpus().length} CPUs (${cpus()[0]?.model.trim()}), ${bounds.connections} connections`)
  print('| GET | requests/s | p50 ms | p99 ms | not 200 |')
  print('|---|---:|---:|---:|---:|')
  for (const [name, figures] of best) print(row(name, figures))
  const [hello, own, hop, forwarded] = best.map(([, { perSecond }]) => perSecond)
  print(
    `\nRatio without a hop: ${(own! / hello!).toFixed(2)}, with one: ${(forwarded! / hop!).toFixed(2)}`,
  )
}

async function whileHashing(demo: Demo): Promise<void> {
  const load = { ...withKey(demo, '/v1/billing'), connections: 4, requestsMax: 4_000 }
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
