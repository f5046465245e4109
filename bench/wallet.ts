/**
 * `npm run bench -- wallet`: movements of money through the gateway of `npm start` against Fastify and PostgreSQL doing the
 * same, in turns; and what an operation costs on Cloudflare.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { step } from '../tools/progress.ts'
import { type Started, startSystem, stopRequested } from '../tools/system.ts'
import { type Figures, type Load, run } from './load.ts'
import { startPeerProcess } from './peer-process.ts'
import type { PeerSettings } from './peer-settings.ts'
import { findPostgres, startPostgres } from './postgres.ts'
import { printCosts } from './wallet-cost.ts'
import { loadOf, openWallets, startingAmount, works } from './wallet-work.ts'

const ports = { gateway: 8_796, peer: 8_797, postgres: 8_798, metered: 8_799 }
const bounds = { connections: 32, requestsMax: 6_000, secondsMax: 6 }
const warmUp = 500
const roundsCount = 3

export async function bench(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'coinop-bench-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await measure(join(folder, 'state'))
  await printCosts(join(folder, 'metered'), ports.metered)
}

async function measure(stateFolder: string): Promise<void> {
  const { gateway: port } = ports
  const baseUrl = `http://localhost:${port}`
  const system = await startSystem({ stateFolder, host: '127.0.0.1', port, baseUrl })
  // Only now, for starting takes every listener away; what is to end with this process hears of its exit.
  void stopRequested()
    .then(() => system.stop())
    .finally(() => process.exit(130))
  try {
    const ids = await openWallets(system.demo, port)
    const peer = await startPeer(system.demo.secretKey, ids)
    try {
      await compare(system, ids, peer !== undefined)
    } finally {
      await peer?.stop()
    }
  } finally {
    await system.stop()
  }
}

type Peer = { stop: () => Promise<void> }

/** Undefined, with a line that says so, where PostgreSQL is not installed. */
async function startPeer(key: string, walletIds: string[]): Promise<Peer | undefined> {
  const programs = findPostgres()
  if (!programs) {
    console.log('  No PostgreSQL in /usr/lib/postgresql: the comparison is skipped.')
    return undefined
  }
  const postgres = await step('PostgreSQL', () => startPostgres(programs, ports.postgres))
  try {
    const settings: PeerSettings = {
      port: ports.peer,
      url: postgres.url,
      key,
      walletIds,
      posted: startingAmount,
    }
    const stopServer = await step('Fastify', () => startPeerProcess('peer-postgres.ts', settings))
    console.log(`  ${postgres.version}`)
    return {
      stop: async () => {
        await stopServer()
        await postgres.stop()
      },
    }
  } catch (error) {
    await postgres.stop()
    throw error
  }
}

type Rounds = { coinop: Figures[]; peer: Figures[]; drained: number[] }

/** In turns, so that a noisy machine is noisy for both; the best round of each counts. */
async function compare({ demo, miniflare }: Started, ids: string[], withPeer: boolean) {
  console.log(
    `\n${cpus().length} CPUs (${cpus()[0]?.model.trim()}), load ${loadavg()[0]?.toFixed(1)}`,
  )
  console.log(
    `${bounds.connections} connections, at most ${bounds.requestsMax} requests or ${bounds.secondsMax} s a round`,
  )
  console.log(
    '| Work | Coinop/s | p50 ms | p99 ms | errors | PostgreSQL/s | p50 ms | p99 ms | errors | ratio |',
  )
  console.log(`|---|${'---:|'.repeat(9)}`)
  const drains: string[] = []
  for (const [name, work] of Object.entries(works)) {
    const rounds: Rounds = { coinop: [], peer: [], drained: [] }
    const load = (port: number, changed: Partial<Load> = {}) =>
      loadOf(work, { secretKey: demo.secretKey, ids }, { ...bounds, port, ...changed })
    await run(load(ports.gateway, { requestsMax: warmUp }))
    if (withPeer) await run(load(ports.peer, { requestsMax: warmUp }))
    await drained(miniflare)
    for (let round = 0; round < roundsCount; round += 1) {
      rounds.coinop.push(await run(load(ports.gateway)))
      rounds.drained.push(await drained(miniflare))
      if (withPeer) rounds.peer.push(await run(load(ports.peer)))
    }
    print(name, rounds)
    drains.push(`${name} ${rounds.drained.map((seconds) => seconds.toFixed(1)).join(', ')}`)
  }
  console.log(`\nSeconds after each round until the copy in D1 had all of it: ${drains.join('; ')}`)
}

const quietMilliseconds = 1_500

/** Waits until nothing more arrives in D1, so that the work that follows a round is not in the next one; seconds. */
async function drained(miniflare: Started['miniflare']): Promise<number> {
  const database = await miniflare.getD1Database('WALLET_DB', 'coinop-wallet')
  const startedAt = performance.now()
  let [copied, changedAt] = [-1, startedAt]
  while (performance.now() - changedAt < quietMilliseconds) {
    const sum = await database
      .prepare('SELECT sum(last_seq) AS sum FROM accounts')
      .first<number>('sum')
    if (sum !== copied) [copied, changedAt] = [sum ?? 0, performance.now()]
    await wait(100)
  }
  return (changedAt - startedAt) / 1_000
}

function print(name: string, { coinop, peer }: Rounds): void {
  const [ours, theirs] = [fastest(coinop), fastest(peer)]
  const ratio = ours && theirs ? (ours.perSecond / theirs.perSecond).toFixed(2) : ''
  console.log(`| ${[name, ...cells(ours), ...cells(theirs), ratio].join(' | ')} |`)
}

const fastest = (figures: Figures[]) => figures.toSorted((a, b) => a.perSecond - b.perSecond).at(-1)

const cells = (figures: Figures | undefined) =>
  figures
    ? [figures.perSecond, figures.p50Milliseconds, figures.p99Milliseconds, figures.refused]
    : ['', '', '', '']
