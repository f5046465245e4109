import { env } from 'cloudflare:workers'
import { verifyAccessToken } from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { decodeProtectedHeader } from 'jose'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { keyRotations, signingKeys } from './schema.ts'
import {
  overlapMilliseconds,
  publishedKeys,
  retiredKeys,
  settledMilliseconds,
} from './signing-keys.ts'
import { sweep } from './sweep.ts'
import { database, insertSession } from './testing.ts'

/** What `npm run keys:rotate` writes. */
const ask = (requestedAt = now()) => database.insert(keyRotations).values({ requestedAt })
const kids = async () => (await publishedKeys(env)).keys.map(({ kid }) => kid)
const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? ''
const newToken = async () => (await insertSession()).accessToken
const isGood = async (token: string) =>
  (await verifyAccessToken(token, await publishedKeys(env))).ok

const minute = 60_000
let startedAt = 0
beforeEach(async () => {
  await database.delete(signingKeys)
  // Each test some hours after the last, so that no isolate remembers a key of that one.
  startedAt = now() + 36_000_000
  vi.useFakeTimers({ now: startedAt, toFake: ['Date'] })
})
afterEach(() => {
  const reached = now()
  vi.useRealTimers()
  vi.setSystemTime(reached)
})

const goOn = (milliseconds: number) => vi.setSystemTime(now() + milliseconds)

describe('a rotation', () => {
  test('publishes the new key at once, signs with it later, and withdraws the old one when no token of it is good', async () => {
    const old = await newToken()
    goOn(1_000)
    await ask()
    await sweep(env)
    const [added = '', first = ''] = await kids()
    expect(first).toBe(kidOf(old))
    expect(kidOf(await newToken())).toBe(first)
    goOn(settledMilliseconds + minute)
    expect(kidOf(await newToken())).toBe(added)
    expect(await isGood(old)).toBe(true)
    goOn(overlapMilliseconds - settledMilliseconds - 2 * minute)
    await sweep(env)
    expect(await kids()).toEqual([added, first])
    goOn(minute)
    await sweep(env)
    expect(await kids()).toEqual([added])
    expect(await verifyAccessToken(old, await publishedKeys(env))).toEqual({
      ok: false,
      code: 'unknown_key',
    })
    expect(await isGood(await newToken())).toBe(true)
  })

  test('makes one key, however often it is asked for and however many do it at once', async () => {
    await newToken()
    for (let count = 0; count < 3; count++) await ask(now() + count)
    await Promise.all([sweep(env), sweep(env), sweep(env)])
    expect(await kids()).toHaveLength(2)
    await sweep(env)
    expect(await kids()).toHaveLength(2)
    expect(await database.select().from(keyRotations)).toEqual([])
  })

  test('lets no good token fail: every ten seconds of 40 minutes, with rotations one after the other', async () => {
    const tokens: { token: string; until: number }[] = []
    const sets: Awaited<ReturnType<typeof publishedKeys>>[] = []
    const signers = new Set<string>()
    for (let step = 0; step < 240; step++) {
      if ([6, 12, 13, 60].includes(step)) await ask()
      if (step % 6 === 0) await sweep(env)
      const token = await newToken()
      signers.add(kidOf(token))
      tokens.push({ token, until: now() + 600_000 })
      sets.push(await publishedKeys(env))
      // Somebody who verifies may last have fetched the keys a minute ago.
      for (const set of [sets.at(-1)!, sets.at(-7) ?? sets[0]!]) {
        for (const { token: each } of tokens.filter(({ until }) => until > now())) {
          expect(await verifyAccessToken(each, set)).toMatchObject({ ok: true })
        }
      }
      goOn(10_000)
    }
    expect(signers.size).toBe(5)
    expect(await kids()).toHaveLength(1)
  }, 120_000)
})

describe('retiredKeys', () => {
  const at = 1_800_000_000_000
  const aged = (...ages: number[]) => ages.map((age) => ({ createdAt: at - age }))

  test('those whose next one is older than the overlap', () => {
    const keys = aged(0, overlapMilliseconds - 1, overlapMilliseconds, 9 * overlapMilliseconds)
    expect(retiredKeys(keys, at)).toEqual(keys.slice(3))
  })

  test('never the newest, however old', () => {
    expect(retiredKeys(aged(99 * overlapMilliseconds), at)).toEqual([])
    expect(retiredKeys([], at)).toEqual([])
  })
})
