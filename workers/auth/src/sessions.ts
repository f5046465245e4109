/** Sessions: each is one family of refresh tokens, of which exactly one is current. */
import { now } from '@coinop/shared/clock'
import { sha256 } from '@coinop/shared/hash'
import type { Statement } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { announce, announceIfChanged } from '@coinop/shared/outbox'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, exists, isNull, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { alias } from 'drizzle-orm/sqlite-core'
import { issueTokens } from './access-tokens.ts'
import { eventOf } from './events.ts'
import type { TokenPair } from './model.ts'
import {
  firstToken,
  idleMilliseconds,
  judge,
  locate,
  sessionMilliseconds,
  successorOf,
} from './refresh-tokens.ts'
import { sessions, tokens, users } from './schema.ts'

type Owner = { projectId: string; userId: string }
/** `device` is the User-Agent that the client sent. */
type NewSession = Owner & { device?: string | undefined }
export const deviceCharactersMax = 200

/** A new session's tokens, and the statements that make them valid. */
export async function openSession(
  env: AuthEnv,
  { projectId, userId, device }: NewSession,
  at: number,
) {
  const db = drizzle(env.AUTH_DB)
  const sessionId = newId('ses')
  const refreshToken = firstToken(projectId)
  const expiresAt = at + sessionMilliseconds
  const event = eventOf('auth.session.created', {
    subject: sessionId,
    at,
    data: { sessionId, userId },
  })
  const statements: [Statement, ...Statement[]] = [
    db.insert(sessions).values({
      projectId,
      id: sessionId,
      userId,
      createdAt: at,
      expiresAt,
      device: device?.slice(0, deviceCharactersMax) ?? null,
    }),
    db.insert(tokens).values({
      projectId,
      tokenHash: sha256(refreshToken),
      sessionId,
      generation: 1,
      createdAt: at,
      expiresAt: at + idleMilliseconds,
    }),
    announce(db, projectId, event),
  ]
  const pair = await issueTokens(env, { projectId, userId, sessionId, refreshToken })
  return { pair, statements }
}

/**
 * Gives the pair that follows `token`. Of many at once all get the same refresh token. One that was replaced longer
 * ago than the grace period ends its whole session.
 */
export async function refreshSession(
  env: AuthEnv,
  token: string,
): Promise<Result<TokenPair, 'invalid_refresh_token' | 'refresh_token_reused'>> {
  const db = drizzle(env.AUTH_DB)
  let found = await findToken(db, token)
  if (found?.verdict === 'rotate') {
    if (await rotate(env, found, token)) return ok(await nextPair(env, found, token))
    // Somebody was faster, with this token or with a logout: what it may do now is decided anew.
    found = await findToken(db, token)
  }
  if (found?.verdict === 'repeat') return ok(await nextPair(env, found, token))
  if (found?.verdict !== 'reused') return fail('invalid_refresh_token')
  await revoke(db, found, 'refresh_token_reused')
  return fail('refresh_token_reused')
}

const nextPair = (env: AuthEnv, found: FoundToken, token: string): Promise<TokenPair> =>
  issueTokens(env, {
    ...found,
    refreshToken: successorOf(env.AUTH_SECRET, found.projectId, token),
  })

/** Ends the session that `token` belongs to, whichever token of it that is. False when there was nothing to end. */
export async function endSession(env: AuthEnv, token: string): Promise<boolean> {
  const db = drizzle(env.AUTH_DB)
  const found = await findToken(db, token)
  if (!found || found.sessionRevokedAt !== null) return false
  await revoke(db, found, 'logout')
  return true
}

type FoundToken = NonNullable<Awaited<ReturnType<typeof findToken>>>

async function findToken(db: DrizzleD1Database, token: string) {
  const place = locate(token)
  if (!place) return undefined
  const successors = alias(tokens, 'successors')
  const [row] = await db
    .select({
      projectId: tokens.projectId,
      tokenHash: tokens.tokenHash,
      expiresAt: tokens.expiresAt,
      usedAt: tokens.usedAt,
      successorHash: successors.tokenHash,
      successorUsedAt: successors.usedAt,
      sessionId: sessions.id,
      userId: sessions.userId,
      sessionExpiresAt: sessions.expiresAt,
      sessionRevokedAt: sessions.revokedAt,
      userIsActive: users.isActive,
    })
    .from(tokens)
    .innerJoin(
      sessions,
      and(eq(sessions.projectId, tokens.projectId), eq(sessions.id, tokens.sessionId)),
    )
    .innerJoin(users, and(eq(users.projectId, sessions.projectId), eq(users.id, sessions.userId)))
    .leftJoin(
      successors,
      and(
        eq(successors.projectId, tokens.projectId),
        eq(successors.tokenHash, tokens.successorHash),
      ),
    )
    .where(and(eq(tokens.projectId, place.projectId), eq(tokens.tokenHash, place.tokenHash)))
  if (!row) return undefined
  const successorUnused = row.successorHash !== null && row.successorUsedAt === null
  return { ...row, verdict: judge({ ...row, successorUnused }, now()) }
}

/** Replaces a current token by its successor; false when it was not current any more. */
async function rotate(env: AuthEnv, found: FoundToken, token: string): Promise<boolean> {
  const { projectId, tokenHash, sessionId } = found
  const db = drizzle(env.AUTH_DB)
  const at = now()
  const successorHash = sha256(successorOf(env.AUTH_SECRET, projectId, token))
  const expiresAt = Math.min(at + idleMilliseconds, found.sessionExpiresAt)
  const openSessions = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(
      and(
        eq(sessions.projectId, projectId),
        eq(sessions.id, sessionId),
        isNull(sessions.revokedAt),
      ),
    )
  const isThis = and(eq(tokens.projectId, projectId), eq(tokens.tokenHash, tokenHash))
  const use = db
    .update(tokens)
    .set({ usedAt: at, successorHash })
    .where(and(isThis, isNull(tokens.usedAt), exists(openSessions)))
  // Taken from the used row: without the update above, or after another one, this inserts nothing new.
  const succeed = db
    .insert(tokens)
    .select(
      db
        .select({
          projectId: tokens.projectId,
          tokenHash: sql<string>`${successorHash}`.as('token_hash'),
          sessionId: tokens.sessionId,
          generation: sql<number>`${tokens.generation} + 1`.as('generation'),
          createdAt: sql<number>`${at}`.as('created_at'),
          expiresAt: sql<number>`${expiresAt}`.as('expires_at'),
          usedAt: sql<null>`NULL`.as('used_at'),
          successorHash: sql<null>`NULL`.as('successor_hash'),
        })
        .from(tokens)
        .where(and(isThis, eq(tokens.successorHash, successorHash))),
    )
    .onConflictDoNothing()
  const isOfThis = and(eq(sessions.projectId, projectId), eq(sessions.id, sessionId))
  const touch = db.update(sessions).set({ lastUsedAt: at }).where(isOfThis)
  const [used] = await db.batch([use, succeed, touch])
  return used.meta.changes > 0
}

type Revocation = 'logout' | 'refresh_token_reused'

type EndingSession = Pick<FoundToken, 'projectId' | 'sessionId' | 'userId'>

export async function revoke(
  db: DrizzleD1Database,
  { projectId, sessionId, userId }: EndingSession,
  reason: Revocation,
): Promise<void> {
  const at = now()
  const event = eventOf('auth.session.revoked', {
    subject: sessionId,
    at,
    data: { sessionId, userId, reason },
  })
  await db.batch([
    db
      .update(sessions)
      .set({ revokedAt: at })
      .where(
        and(
          eq(sessions.projectId, projectId),
          eq(sessions.id, sessionId),
          isNull(sessions.revokedAt),
        ),
      ),
    // Of two that revoke at once one has changed it.
    announceIfChanged(db, projectId, event),
  ])
}
