import { env } from 'cloudflare:workers'
import { now } from '@coinop/shared/clock'
import { idempotencyKeptMilliseconds } from '@coinop/shared/idempotency'
import { testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import { idempotency, outbox, sessions, tokens } from './schema.ts'
import { sweep } from './sweep.ts'
import { database, insertSession, insertUser, sessionsOf, tokensOf } from './testing.ts'

const logHead = async () => (await env.EVENTS_APPENDS.append(testProject, [])).head

test('every waiting event is in the log once, and none waits any more', async () => {
  const before = await logHead()
  await insertUser()
  await insertSession()
  expect(await database.select().from(outbox)).toHaveLength(3)
  await Promise.all([sweep(env), sweep(env)])
  expect(await database.select().from(outbox)).toHaveLength(0)
  expect(await logHead()).toBe(before + 3)
})

test('expired tokens and sessions are forgotten, others are kept', async () => {
  const [expired, current] = [await insertSession(), await insertSession()]
  const [session] = await sessionsOf(expired.userId)
  const sessionId = session?.id ?? ''
  await database
    .update(sessions)
    .set({ expiresAt: now() - 1 })
    .where(eq(sessions.id, sessionId))
  await database
    .update(tokens)
    .set({ expiresAt: now() - 1 })
    .where(eq(tokens.sessionId, sessionId))
  await sweep(env)
  expect(await sessionsOf(expired.userId)).toHaveLength(0)
  expect(await database.select().from(tokens).where(eq(tokens.sessionId, sessionId))).toEqual([])
  expect(await tokensOf(current.userId)).toHaveLength(1)
})

test('a stored answer is forgotten after its time, not before', async () => {
  const answerOf = (key: string, age: number) => ({
    projectId: testProject,
    actorId: 'key_secret',
    key,
    requestHash: '',
    answer: '',
    createdAt: now() - age,
  })
  await database
    .insert(idempotency)
    .values([
      answerOf('old', idempotencyKeptMilliseconds + 7_200_000),
      answerOf('young', idempotencyKeptMilliseconds - 7_200_000),
    ])
  const keysLeft = async () => {
    const rows = await database.select({ key: idempotency.key }).from(idempotency)
    return rows.map(({ key }) => key)
  }
  // It reads the whole table, so it works in the first minute of an hour only.
  const hour = new Date(now()).setUTCMinutes(0, 30)
  vi.useFakeTimers({ now: hour + 60_000, toFake: ['Date'] })
  try {
    await sweep(env)
    expect(await keysLeft()).toEqual(['old', 'young'])
    vi.setSystemTime(hour)
    await sweep(env)
    expect(await keysLeft()).toEqual(['young'])
  } finally {
    vi.useRealTimers()
  }
})
