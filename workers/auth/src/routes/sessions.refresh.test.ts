import { env } from 'cloudflare:workers'
import { verifyAccessToken } from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { anonymous, call, publishableKey, testProject } from '@coinop/shared/testing'
import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { sessions, tokens } from '../schema.ts'
import { publishedKeys } from '../signing-keys.ts'
import {
  ageTokens,
  announcementsOf,
  database,
  deactivate,
  refused,
  insertSession,
  recordAnnouncements,
  sessionsOf,
  tokensOf,
} from '../testing.ts'
import { sessionsRefresh } from './sessions.refresh.ts'

const refresh = (refreshToken: string) =>
  call(sessionsRefresh, { json: { refreshToken }, caller: anonymous() })
const revocationsOf = async (userId: string) =>
  (await announcementsOf(userId)).filter(({ type }) => type === 'auth.session.revoked')

describe('sessions.refresh', () => {
  beforeAll(recordAnnouncements)

  test('200 the next pair, for the same user and session', async () => {
    const { userId, refreshToken } = await insertSession()
    const { status, body } = await refresh(refreshToken)
    expect(status).toBe(200)
    expect(body.refreshToken).not.toBe(refreshToken)
    const [session] = await sessionsOf(userId)
    const jwks = await publishedKeys(env)
    expect(await verifyAccessToken(body.accessToken, jwks)).toMatchObject({
      ok: true,
      value: { userId, projectId: testProject, sessionId: session?.id, scopes: [] },
    })
  })

  test('200 for each of ten in a row, and one current token', async () => {
    const { userId, refreshToken } = await insertSession()
    let current = refreshToken
    for (let round = 0; round < 10; round++) current = (await refresh(current)).body.refreshToken
    const family = await tokensOf(userId)
    expect(family.map(({ generation }) => generation)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(family.filter(({ usedAt }) => usedAt === null)).toHaveLength(1)
  })

  test('200 with the same successor for all of 50 at once, five times over: one live branch', async () => {
    const { userId, refreshToken } = await insertSession()
    let current = refreshToken
    for (let round = 0; round < 5; round++) {
      const presented = current
      const all = await Promise.all(Array.from({ length: 50 }, () => refresh(presented)))
      expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]))
      const successors = new Set<string>(all.map(({ body }) => body.refreshToken))
      expect(successors.size).toBe(1)
      current = [...successors][0] ?? ''
    }
    const family = await tokensOf(userId)
    expect(family).toHaveLength(6)
    expect(family.filter(({ usedAt }) => usedAt === null)).toHaveLength(1)
    expect(await revocationsOf(userId)).toHaveLength(0)
  })

  test('200 with the same successor again within ten seconds: a lost answer logs nobody out', async () => {
    const { userId, refreshToken } = await insertSession()
    const first = await refresh(refreshToken)
    await ageTokens(userId, 8_000)
    const second = await refresh(refreshToken)
    expect(second.body.refreshToken).toBe(first.body.refreshToken)
  })

  test('401 invalid_refresh_token after ten seconds, and the whole session is over', async () => {
    const { userId, refreshToken } = await insertSession()
    const { body } = await refresh(refreshToken)
    await ageTokens(userId, 10_001)
    expect(await refresh(refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
    expect(await refresh(body.refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
    const [revoked] = await revocationsOf(userId)
    expect(revoked?.data).toMatchObject({ userId, reason: 'refresh_token_reused' })
  })

  test('401 invalid_refresh_token for the grandparent, even at once, and the whole session is over', async () => {
    const { refreshToken } = await insertSession()
    const second = await refresh(refreshToken)
    const third = await refresh(second.body.refreshToken)
    expect(await refresh(refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
    expect(await refresh(third.body.refreshToken)).toMatchObject(
      refused(401, 'invalid_refresh_token'),
    )
  })

  test('401 invalid_refresh_token for all of 20 late ones at once, announced once', async () => {
    const { userId, refreshToken } = await insertSession()
    await refresh(refreshToken)
    await ageTokens(userId, 60_000)
    const all = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)))
    for (const answer of all) expect(answer).toMatchObject(refused(401, 'invalid_refresh_token'))
    expect(await revocationsOf(userId)).toHaveLength(1)
  })

  test('401 invalid_refresh_token after 14 idle days and after 60 days in all', async () => {
    const idle = await insertSession()
    const [token] = await tokensOf(idle.userId)
    expect((token?.expiresAt ?? 0) - (token?.createdAt ?? 0)).toBe(14 * 86_400_000)
    await database
      .update(tokens)
      .set({ expiresAt: now() })
      .where(eq(tokens.tokenHash, token?.tokenHash ?? ''))
    expect(await refresh(idle.refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))

    const old = await insertSession()
    const [session] = await sessionsOf(old.userId)
    expect((session?.expiresAt ?? 0) - (session?.createdAt ?? 0)).toBe(60 * 86_400_000)
    await database.update(sessions).set({ expiresAt: now() }).where(eq(sessions.userId, old.userId))
    expect(await refresh(old.refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
  })

  test('200 with a successor that ends with the session, not after it', async () => {
    const { userId, refreshToken } = await insertSession()
    const end = now() + 86_400_000
    await database.update(sessions).set({ expiresAt: end }).where(eq(sessions.userId, userId))
    await refresh(refreshToken)
    expect((await tokensOf(userId)).at(-1)?.expiresAt).toBe(end)
  })

  test('401 invalid_refresh_token when the user is not active any more', async () => {
    const { userId, refreshToken } = await insertSession()
    await deactivate(userId)
    expect(await refresh(refreshToken)).toMatchObject(refused(401, 'invalid_refresh_token'))
  })

  test.each([
    'x',
    'rt_',
    `rt_${testProject.slice(4)}_${'A'.repeat(43)}`,
    `rt_${testProject.slice(4)}_${'A'.repeat(43)}\n`,
    "' OR 1=1 --",
  ])('401 invalid_refresh_token for a token that nobody was given: %j', async (token) => {
    expect(await refresh(token)).toMatchObject(refused(401, 'invalid_refresh_token'))
  })

  test('401 invalid_refresh_token when the token is moved to another project', async () => {
    const { refreshToken } = await insertSession()
    const moved = refreshToken.replace(testProject.slice(4), '01k9x6c3v5t8r2m4n7p0q1s2w4')
    expect(await refresh(moved)).toMatchObject(refused(401, 'invalid_refresh_token'))
    expect((await refresh(refreshToken)).status).toBe(200)
  })

  test('no token is stored, only its SHA-256', async () => {
    const { userId, refreshToken } = await insertSession()
    const { body } = await refresh(refreshToken)
    const stored = JSON.stringify(await tokensOf(userId))
    for (const token of [refreshToken, body.refreshToken]) {
      expect(stored).not.toContain(token.slice(-43))
    }
  })

  test('200 with a key or a player as the caller too: the token is what counts', async () => {
    const { refreshToken } = await insertSession()
    const json = { refreshToken }
    expect((await call(sessionsRefresh, { json, caller: publishableKey() })).status).toBe(200)
  })

  test.each([
    ['/body/refreshToken', {}],
    ['/body/refreshToken', { refreshToken: '' }],
    ['/body/refreshToken', { refreshToken: 7 }],
    ['/body/refreshToken', { refreshToken: 'a'.repeat(257) }],
    ['/body/token', { refreshToken: 'a', token: 'b' }],
  ])('400 invalid_request at %s for %j', async (pointer, json) => {
    const answer = await call(sessionsRefresh, { json, caller: anonymous() })
    expect(answer).toMatchObject(refused(400, 'invalid_request'))
    expect(answer.body.errors[0].pointer).toBe(pointer)
  })
})
