/** Rounds as they are stored: how one begins, and how it is read together with its pair of seeds. */
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { alias } from 'drizzle-orm/sqlite-core'
import { drawsOf } from './fairness.ts'
import type { Game } from './game-rules.ts'
import { type LimitRefusal, refusalOf, selectSettings } from './limits.ts'
import type { RoundRow } from './model.ts'
import type { NewPlay } from './play-request.ts'
import { rounds, sessions } from './schema.ts'
import {
  closeSessionForSeed,
  ensureSession,
  openSessionOf,
  openSuccessor,
  type Player,
} from './sessions.ts'
import { type End, endOf } from './steps.ts'

const others = alias(rounds, 'others')

const unfinished = sql<number>`EXISTS (SELECT 1 FROM ${rounds} AS ${sql.identifier('others')}
  WHERE ${others.projectId} = ${rounds.projectId} AND ${others.sessionId} = ${rounds.sessionId}
  AND ${others.status} = 'open')`.as('unfinished')

/** Rounds with what the proof needs of their pair. */
export const selectRounds = (db: DrizzleD1Database, where: SQL | undefined) =>
  db
    .select({
      ...getTableColumns(rounds),
      commitment: sessions.commitment,
      clientSeed: sessions.clientSeed,
      serverSeed: sessions.serverSeed,
      closedAt: sessions.closedAt,
      unfinished,
    })
    .from(rounds)
    .innerJoin(
      sessions,
      and(eq(sessions.projectId, rounds.projectId), eq(sessions.id, rounds.sessionId)),
    )
    .where(where)

export const isRound = (projectId: string, id: string) =>
  and(eq(rounds.projectId, projectId), eq(rounds.id, id))

export async function findRound(
  database: D1Database,
  projectId: string,
  id: string,
): Promise<RoundRow | undefined> {
  const [row] = await selectRounds(drizzle(database), isRound(projectId, id))
  return row
}

export type Beginning = Pick<NewPlay, 'bet' | 'currency' | 'choice' | 'clientSeed'> & {
  player: Player
  game: Game
  idempotencyKey: string
  requestHash: string
}

export type Begun = { row: RoundRow; isNew: boolean }

/**
 * Stores the round with the next nonce of the player's pair, in one transaction, unless the key has one already or the
 * project's limits refuse it. From here on the outcome is fixed: it follows from what is stored, and is stored with it unless
 * another play took the nonce meanwhile or the round waits for its player.
 */
export async function beginRound(
  db: DrizzleD1Database,
  beginning: Beginning,
): Promise<Result<Begun, LimitRefusal>> {
  const { player, clientSeed, idempotencyKey } = beginning
  const id = newId('rnd')
  const ofKey = and(
    eq(rounds.projectId, player.projectId),
    eq(rounds.userId, player.userId),
    eq(rounds.idempotencyKey, idempotencyKey),
  )
  const [[settings], [session]] = await db.batch([
    selectSettings(db, beginning),
    db.select().from(sessions).where(openSessionOf(player)),
  ])
  const limits = refusalOf(settings, beginning)
  const repeated = sql`EXISTS (SELECT 1 FROM ${rounds} WHERE ${ofKey})`
  const refusal = limits ? sql`CASE WHEN ${repeated} THEN NULL ELSE (${limits}) END` : sql`NULL`
  const successor = { successorId: newId('ses'), clientSeed }
  const unless = sql`(${repeated} OR (${refusal}) IS NOT NULL)`
  const [[verdict], , , , , , [row]] = await db.batch([
    db.select({ refusal: refusal as SQL<LimitRefusal | null> }).from(sql`(SELECT 1)`),
    ensureSession(db, player),
    closeSessionForSeed(db, player, { ...successor, unless }),
    openSuccessor(db, player, successor),
    insertRound(db, id, { ...beginning, refusal, expected: session && expect(session, beginning) }),
    countNonce(db, player, id),
    selectRounds(db, ofKey),
  ])
  if (row) return ok({ row, isNew: row.id === id })
  if (verdict?.refusal) return fail(verdict.refusal)
  throw new Error('A round that was just stored is gone.')
}

type Session = typeof sessions.$inferSelect
/** Where the player's pair stood when it was read, and how its next round ends; undefined when that waits for its player. */
type Expected = { sessionId: string; nonce: number; end: End | undefined }

function expect(session: Session, { game, bet, choice }: Beginning): Expected {
  const { id: sessionId, serverSeed, clientSeed, nonce } = session
  const source = { serverSeed, clientSeed, nonce: nonce + 1, game: game.id, version: game.version }
  return { sessionId, nonce, end: endOf(game, drawsOf(source, game.bounds), { bet, choice }) }
}

/** What of the expected end is stored: null when the pair does not stand there any more. */
const ofEnd = (expected: Expected | undefined, value: string | number | undefined) =>
  sql`CASE WHEN ${sessions.id} = ${expected?.sessionId ?? null} AND ${sessions.nonce} = ${expected?.nonce ?? null}
    THEN ${value ?? null} END`

type Insert = Beginning & { refusal: SQL; expected: Expected | undefined }

function insertRound(
  db: DrizzleD1Database,
  id: string,
  { player, game, bet, currency, choice, ...rest }: Insert,
) {
  const { idempotencyKey, requestHash, refusal, expected } = rest
  const end = expected?.end
  const round = db
    .select({
      projectId: sessions.projectId,
      id: sql<string>`${id}`.as('id'),
      userId: sessions.userId,
      sessionId: sql<string>`${sessions.id}`.as('session_id'),
      nonce: sql<number>`${sessions.nonce} + 1`.as('nonce'),
      gameId: sql<string>`${game.id}`.as('game_id'),
      gameVersion: sql<number>`${game.version}`.as('game_version'),
      currency: sql<string>`${currency}`.as('currency'),
      bet: sql<number>`${bet}`.as('bet'),
      choice: sql<string>`${JSON.stringify(choice)}`.as('choice'),
      outcome: (ofEnd(expected, end && JSON.stringify(end.outcome)) as SQL<string | null>).as(
        'outcome',
      ),
      payout: (ofEnd(expected, end?.payout) as SQL<number | null>).as('payout'),
      actions: sql<string>`'[]'`.as('actions'),
      stakes: sql<number>`1`.as('stakes'),
      held: sql<number>`0`.as('held'),
      actBy: sql<null>`NULL`.as('act_by'),
      status: sql<'open'>`'open'`.as('status'),
      refusal: sql<null>`NULL`.as('refusal'),
      idempotencyKey: sql<string>`${idempotencyKey}`.as('idempotency_key'),
      requestHash: sql<string>`${requestHash}`.as('request_hash'),
      createdAt: sql<number>`${now()}`.as('created_at'),
      settledAt: sql<null>`NULL`.as('settled_at'),
    })
    .from(sessions)
    .where(and(openSessionOf(player), sql`(${refusal}) IS NULL`))
  return db.insert(rounds).select(round).onConflictDoNothing()
}

/** The nonce counts only if the round was stored, in the same transaction. */
const countNonce = (db: DrizzleD1Database, player: Player, roundId: string) =>
  db
    .update(sessions)
    .set({ nonce: sql`${sessions.nonce} + 1` })
    .where(
      and(
        openSessionOf(player),
        sql`EXISTS (SELECT 1 FROM ${rounds} WHERE ${isRound(player.projectId, roundId)})`,
      ),
    )
