/** What the tests of this Worker share: users and sessions without a password's price, and a copy of all announcements. */
import { env } from 'cloudflare:workers'
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import type { EventEnvelope } from '@coinop/shared/events'
import { player, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { vi } from 'vitest'
import { countAttempt, freeFailures } from './login-attempts.ts'
import { sessions, tokens, users } from './schema.ts'
import { openSession } from './sessions.ts'
import { newUser } from './users.ts'

export const database = drizzle(env.AUTH_DB)

let addresses = 0
export const newAddress = () => `ada${++addresses}@example.com`

/** A user without a password. */
export async function insertUser(projectId = testProject) {
  const email = newAddress()
  const given = { projectId, email, passwordHash: null, displayName: 'Ada', at: now() }
  const { user, statements } = newUser(database, given)
  await database.batch(statements)
  return user
}

/** A user with an open session, of this device and this age. */
export async function insertSession({ device, age = 0 }: { device?: string; age?: number } = {}) {
  const { id: userId } = await insertUser()
  const owner = { projectId: testProject, userId, device }
  const { pair, statements } = await openSession(env, owner, now() - age)
  await database.batch(statements)
  return { userId, ...pair }
}

/** A further session of a user. */
export async function insertSessionOf(userId: string, device?: string) {
  const owner = { projectId: testProject, userId, device }
  const { pair, statements } = await openSession(env, owner, now())
  await database.batch(statements)
  return pair
}

/** The player as the gateway names them, with the newest of their sessions. */
export async function inSession(userId: string) {
  const [newest] = (await sessionsOf(userId)).toSorted((a, b) => (a.id < b.id ? 1 : -1))
  return { ...player(userId), sessionId: newest?.id }
}

export const deactivate = (userId: string) =>
  database.update(users).set({ isActive: false }).where(eq(users.id, userId))

export const sessionsOf = (userId: string) =>
  database.select().from(sessions).where(eq(sessions.userId, userId))

/** The tokens of a user, oldest first. */
export async function tokensOf(userId: string) {
  const rows = await database
    .select({ token: tokens })
    .from(tokens)
    .innerJoin(sessions, eq(sessions.id, tokens.sessionId))
    .where(eq(sessions.userId, userId))
    .orderBy(tokens.generation)
  return rows.map(({ token }) => token)
}

/** Moves the use of a user's used tokens into the past. */
export async function ageTokens(userId: string, milliseconds: number) {
  for (const { tokenHash, usedAt } of await tokensOf(userId)) {
    if (usedAt === null) continue
    await database
      .update(tokens)
      .set({ usedAt: usedAt - milliseconds })
      .where(eq(tokens.tokenHash, tokenHash))
  }
}

/** Copies every announcement from now on, because the outbox itself is emptied within milliseconds. */
export async function recordAnnouncements() {
  await env.AUTH_DB.prepare('CREATE TABLE IF NOT EXISTS announced (event TEXT NOT NULL)').run()
  await env.AUTH_DB.prepare(
    `CREATE TRIGGER IF NOT EXISTS record AFTER INSERT ON outbox
     BEGIN INSERT INTO announced VALUES (new.event); END`,
  ).run()
}

/** The announcements about a user, in order. Two with one id are one: the log drops the second. */
export async function announcementsOf(userId: string) {
  const { results } = await env.AUTH_DB.prepare('SELECT event FROM announced').all<{
    event: string
  }>()
  const events = results.map(({ event }) => JSON.parse(event) as EventEnvelope)
  const unique = new Map(events.map((event) => [event.id, event]))
  return [...unique.values()].filter(({ data }) => data['userId'] === userId)
}

/** What an answer with this problem matches. */
export const refused = (status: number, code: string) => ({ status, body: { code } })

/** As if so many attempts from this network had failed that the next one that does makes it wait for 15 minutes. */
export async function failedOften(caller: Caller) {
  const beyond = 11
  let time = now() - beyond * 901_000
  for (let count = 0; count < freeFailures.address + beyond - 1; count++) {
    vi.useFakeTimers({ now: time, toFake: ['Date'] })
    await countAttempt(env, caller, newAddress()).finally(() => vi.useRealTimers())
    if (count >= freeFailures.address - 1) time += 901_000
  }
}
