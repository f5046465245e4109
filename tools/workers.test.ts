/** What is read from every wrangler.toml, and the order in which Workers are deployed. */
import { expect, test } from 'vitest'
import { findWorkers, leavesFirst, neighboursOf } from './workers.ts'

const node = (service: string, ...needs: string[]) => ({ service, needs })

test('each Worker comes after everything it binds', () => {
  const sorted = leavesFirst([
    node('gateway', 'shop', 'wallet'),
    node('shop', 'wallet'),
    node('wallet'),
  ])
  expect(sorted.map(({ service }) => service)).toEqual(['wallet', 'shop', 'gateway'])
})

test('two Workers that bind each other are refused, and the way is named', () => {
  const cycle = [node('shop', 'wallet'), node('wallet', 'shop')]
  expect(() => leavesFirst(cycle)).toThrow('shop -> wallet -> shop')
})

test('two may bind each other if one of them does so later', () => {
  const all = leavesFirst([
    node('shop', 'wallet'),
    { ...node('wallet', 'auth'), needsLater: ['shop'] },
    node('auth'),
  ])
  expect(all.map(({ service }) => service)).toEqual(['auth', 'wallet', 'shop'])
  const wallet = all.find(({ service }) => service === 'wallet')!
  // The shop binds it: so it needs a copy of itself beside the shop.
  const reached = ['auth', 'wallet', 'shop']
  expect(neighboursOf(wallet, all).map(({ service }) => service)).toEqual(reached)
})

test('a binding to a Worker that does not exist is refused', () => {
  expect(() => leavesFirst([node('shop', 'walet')])).toThrow('shop binds the service "walet"')
})

test('neighbours are what is reached over several bindings, without the Worker itself', () => {
  const all = leavesFirst([
    node('gateway', 'shop'),
    node('shop', 'wallet'),
    node('wallet'),
    node('games'),
  ])
  const shop = all.find(({ service }) => service === 'shop')!
  const gateway = all.find(({ service }) => service === 'gateway')!
  expect(neighboursOf(shop, all).map(({ service }) => service)).toEqual(['wallet'])
  expect(neighboursOf(gateway, all).map(({ service }) => service)).toEqual(['wallet', 'shop'])
})

test('the repository: the wallet binds the shop, and what it binds there asks nobody', () => {
  const cycles = findWorkers().filter(({ needsLater }) => needsLater.length > 0)
  expect(cycles.map(({ name, needsLater }) => [name, needsLater])).toEqual([
    ['wallet', ['coinop-shop']],
  ])
})

test('the repository: every Worker is found, the gateway is last', () => {
  const workers = findWorkers()
  expect(workers.length).toBeGreaterThan(1)
  expect(workers.at(-1)?.name).toBe('gateway')
  for (const { service, name } of workers) expect(service).toBe(`coinop-${name}`)
})

test('the repository: no two Workers share the name of a database binding', () => {
  const bindings = findWorkers().flatMap(({ databases }) => databases.map(({ binding }) => binding))
  expect(new Set(bindings).size).toBe(bindings.length)
})
