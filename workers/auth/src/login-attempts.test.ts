import { env } from 'cloudflare:workers'
import { type Caller, systemCaller } from '@coinop/shared/caller'
import { call, otherProject, publishableKey, testProject } from '@coinop/shared/testing'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import {
  countAttempt,
  forgiveAttempt,
  forgottenMilliseconds,
  freeFailures,
  waitMillisecondsMax,
} from './login-attempts.ts'
import { sessionsLogin } from './routes/sessions.login.ts'
import { loginAttempts } from './schema.ts'
import { sweep } from './sweep.ts'
import { database, deactivate, newAddress, refused } from './testing.ts'
import { newUser } from './users.ts'

const password = 'correct horse battery staple'
let passwordHash = ''
beforeAll(async () => {
  passwordHash = await env.PASSWORDS.hash(systemCaller(''), password)
})

async function registered() {
  const email = newAddress()
  const at = Date.now()
  const given = { projectId: testProject, email, passwordHash, displayName: null, at }
  const { user, statements } = newUser(database, given)
  await database.batch(statements)
  return { id: user.id, email }
}

type Try = { email: string; password: string; key?: string; caller?: Partial<Caller> }
const logIn = ({ key, caller = {}, ...json }: Try) =>
  call(sessionsLogin, { json, caller, headers: key ? { 'idempotency-key': key } : {} })
const times = <T>(count: number, make: () => Promise<T>) =>
  Promise.all(Array.from({ length: count }, make))
const caller = (address?: string): Caller => ({ ...publishableKey(), address })

/** Seconds to wait, 0 when the attempt was counted. */
const waitOf = (email: string, address?: string) =>
  countAttempt(env, caller(address), email).then(
    () => 0,
    (error: { extra: { headers: Record<string, string> } }) =>
      Number(error.extra.headers['retry-after']),
  )

async function at<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ now: milliseconds, toFake: ['Date'] })
  try {
    return await work()
  } finally {
    vi.useRealTimers()
  }
}

describe('sessions.login', () => {
  test('429 too_many_attempts with Retry-After for all but five of 30 guesses at once, known account or not', async () => {
    const known = await registered()
    for (const email of [known.email, newAddress()]) {
      const answers = await times(30, () => logIn({ email, password: 'not the password' }))
      const limited = answers.filter(({ status }) => status === 429)
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(5)
      expect(limited).toHaveLength(25)
      for (const answer of limited) {
        expect(answer).toMatchObject(refused(429, 'too_many_attempts'))
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
      }
    }
  })

  test('429 hashes nothing, and the right password waits too', async () => {
    const { email } = await registered()
    for (let count = 0; count < freeFailures.account; count++) await waitOf(email)
    const startedAt = performance.now()
    expect((await logIn({ email, password })).status).toBe(429)
    expect(performance.now() - startedAt).toBeLessThan(200)
  })

  test('429 comes before a stored answer: an Idempotency-Key is no way to test passwords', async () => {
    const { email } = await registered()
    expect((await logIn({ email, password, key: 'guess' })).status).toBe(200)
    const guesses = await times(30, () => logIn({ email, password: 'a guess', key: 'guess' }))
    expect(guesses.filter(({ status }) => status === 409)).toHaveLength(5)
    expect(guesses.filter(({ status }) => status === 429)).toHaveLength(25)
    expect((await logIn({ email, password, key: 'guess' })).status).toBe(429)
  })

  test('200 makes the account begin anew, as a replay does', async () => {
    const { email } = await registered()
    for (let round = 0; round < 3; round++) {
      await times(4, () => logIn({ email, password: 'not the password' }))
      expect((await logIn({ email, password, key: 'again' })).status).toBe(200)
    }
  })

  test('401 counts for an inactive user as for any other', async () => {
    const { id, email } = await registered()
    await deactivate(id)
    for (let count = 0; count < 5; count++) await logIn({ email, password })
    expect(await logIn({ email, password })).toMatchObject(refused(429, 'too_many_attempts'))
  })
})

describe('countAttempt', () => {
  test('the wait doubles from 1 s to 15 min and is never longer', async () => {
    const email = newAddress()
    let time = Date.now()
    for (let count = 0; count < freeFailures.account; count++) {
      expect(await at(time, () => waitOf(email))).toBe(0)
    }
    const waits: number[] = []
    for (let count = 0; count < 12; count++) {
      const wait = await at(time, () => waitOf(email))
      waits.push(wait)
      time += wait * 1_000
      expect(await at(time, () => waitOf(email))).toBe(0)
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
    expect(waits.at(-1)).toBe(waitMillisecondsMax / 1_000)
  })

  test('a refused attempt does not lengthen the wait', async () => {
    const email = newAddress()
    await times(5, () => waitOf(email))
    const waits = await times(20, () => waitOf(email))
    expect(new Set(waits)).toEqual(new Set([1]))
  })

  test('one network is limited over many accounts, exactly, and its neighbour is not', async () => {
    const waits = await times(freeFailures.address + 20, () => waitOf(newAddress(), '2001:db8::1'))
    expect(waits.filter((wait) => wait === 0)).toHaveLength(freeFailures.address)
    expect(await waitOf(newAddress(), '2001:db8:0:0:ffff::2')).toBe(1)
    expect(await waitOf(newAddress(), '2001:db8:0:1::1')).toBe(0)
    expect(await waitOf(newAddress())).toBe(0)
  })

  test('a success gives the network back its one attempt, not those that failed', async () => {
    const address = '203.0.113.7'
    for (let count = 0; count < freeFailures.address - 1; count++) {
      await waitOf(newAddress(), address)
    }
    const email = newAddress()
    for (let count = 0; count < 3; count++) {
      expect(await waitOf(email, address)).toBe(0)
      await forgiveAttempt(env, caller(address), email)
    }
    expect(await waitOf(newAddress(), address)).toBe(0)
    expect(await waitOf(newAddress(), address)).toBe(1)
  })

  test('a day without a failure is forgotten, and the sweep removes the row', async () => {
    const email = newAddress()
    for (let count = 0; count < 5; count++) await waitOf(email)
    expect(await waitOf(email)).toBe(1)
    const later = Date.now() + forgottenMilliseconds.account + 1_000
    expect(await at(later, () => waitOf(email))).toBe(0)
    expect(await at(later, () => waitOf(email))).toBe(0)
    const hour = 3_600_000
    await at(Math.ceil((later + 2 * forgottenMilliseconds.account) / hour) * hour, () => sweep(env))
    expect(await database.select().from(loginAttempts)).toEqual([])
  })

  test('the same address in another project is another account', async () => {
    const email = newAddress()
    await times(5, () => waitOf(email))
    const elsewhere = { ...caller(), projectId: otherProject }
    await expect(countAttempt(env, elsewhere, email)).resolves.toBeUndefined()
  })

  test('no e-mail and no address lies open in the table', async () => {
    await waitOf('open@example.com', '198.51.100.1')
    const rows = JSON.stringify(await database.select().from(loginAttempts))
    expect(rows).not.toMatch(/example|198\.51/)
  })
})
