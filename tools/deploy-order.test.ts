import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse } from 'smol-toml'
import { afterEach, expect, test, vi } from 'vitest'
import { deployEach } from './deploy-order.ts'
import { findWorkers, type Worker } from './workers.ts'

const workers = findWorkers()
const wallet = workers.find(({ name }) => name === 'wallet')!
afterEach(() => vi.restoreAllMocks())

type Service = { binding: string; service: string }
/** An account that refuses what binds a Worker that it does not have, and remembers what each one binds. */
class Account {
  readonly has = new Map<string, string[]>()
  readonly deployments: string[] = []

  readonly deploy = ({ service, name }: Worker, configPath: string): void => {
    const config = parse(readFileSync(configPath, 'utf8')) as { services?: Service[]; main: string }
    const services = config.services ?? []
    for (const needed of services) {
      const isThere = this.has.has(needed.service)
      if (!isThere) throw new Error(`${name} binds ${needed.service}, which is not there`)
    }
    expect(existsSync(join(dirname(configPath), config.main))).toBe(true)
    this.has.set(service, services.map(({ binding }) => binding).toSorted())
    this.deployments.push(name)
  }
}

const bindingsOf = ({ configPath }: Worker) =>
  ((parse(readFileSync(configPath, 'utf8'))['services'] ?? []) as Service[])
    .map(({ binding }) => binding)
    .toSorted()

test('a first deployment: each Worker is there in the end with all that it binds, the wallet after a second time', () => {
  vi.spyOn(console, 'log').mockReturnValue()
  const account = new Account()
  deployEach(workers, account.deploy)
  expect(account.deployments).toEqual([...workers.map(({ name }) => name), 'wallet'])
  for (const worker of workers) expect(account.has.get(worker.service)).toEqual(bindingsOf(worker))
  expect(existsSync(join(dirname(wallet.configPath), 'wrangler.first.toml'))).toBe(false)
})

test('any later one: each goes once, and the wallet is never without the shop', () => {
  const account = new Account()
  for (const { service } of workers) account.has.set(service, [])
  deployEach(workers, account.deploy)
  expect(account.deployments).toEqual(workers.map(({ name }) => name))
})

test('what is refused for another reason, or by itself, ends the deployment', () => {
  vi.spyOn(console, 'log').mockReturnValue()
  const refusing = vi.fn<() => void>(() => {
    throw new Error('not logged in')
  })
  expect(() => deployEach(workers, refusing)).toThrow('not logged in')
  expect(refusing).toHaveBeenCalledTimes(1)
  expect(() => deployEach([wallet], refusing)).toThrow('not logged in')
  expect(existsSync(join(dirname(wallet.configPath), 'wrangler.first.toml'))).toBe(false)
})
