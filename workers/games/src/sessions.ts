/**
 * A player's pairs of seeds. Each pair carries the server seed of the next one, already committed to, so that a client
 * seed always meets a server seed that was fixed before it.
 */
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { commitmentTo } from './fairness.ts'
import { sessions } from './schema.ts'

export type Player = { projectId: string; userId: string }

const hex = (bytes: number): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString('hex')

export const openSessionOf = ({ projectId, userId }: Player) =>
  and(eq(sessions.projectId, projectId), eq(sessions.userId, userId), isNull(sessions.closedAt))

/** Makes the first pair of a player who has none; the client seed is theirs to see and to change. */
export function ensureSession(db: DrizzleD1Database, { projectId, userId }: Player) {
  const serverSeed = hex(32)
  const nextServerSeed = hex(32)
  return db
    .insert(sessions)
    .values({
      projectId,
      id: newId('ses'),
      userId,
      serverSeed,
      commitment: commitmentTo(serverSeed),
      clientSeed: `${userId}.${hex(4)}`,
      nextServerSeed,
      nextCommitment: commitmentTo(nextServerSeed),
      nonce: 0,
      createdAt: now(),
    })
    .onConflictDoNothing()
}

/** Closes the open pair. Its seed stays hidden until its last round has ended. */
export const closeSession = (db: DrizzleD1Database, player: Player, successorId: string) =>
  db.update(sessions).set({ closedAt: now(), successorId }).where(openSessionOf(player))

type Wish = { successorId: string; clientSeed: string | undefined; unless: SQL }

/** Closes the open pair if a play wishes for another client seed, unless the play is a repeated or a refused one. */
export const closeSessionForSeed = (
  db: DrizzleD1Database,
  player: Player,
  { successorId, clientSeed, unless }: Wish,
) =>
  db
    .update(sessions)
    .set({ closedAt: now(), successorId })
    .where(
      and(
        openSessionOf(player),
        sql`${sessions.clientSeed} <> ${clientSeed ?? null}`,
        sql`NOT ${unless}`,
      ),
    )

/** Opens the pair after the one that named `successorId`; nothing when none did. Keeps the client seed without a new one. */
export function openSuccessor(
  db: DrizzleD1Database,
  { projectId }: Player,
  { successorId, clientSeed }: { successorId: string; clientSeed: string | undefined },
) {
  const nextServerSeed = hex(32)
  const successor = db
    .select({
      projectId: sessions.projectId,
      id: sql<string>`${successorId}`.as('id'),
      userId: sessions.userId,
      serverSeed: sessions.nextServerSeed,
      commitment: sessions.nextCommitment,
      clientSeed: sql<string>`coalesce(${clientSeed ?? null}, ${sessions.clientSeed})`.as(
        'client_seed',
      ),
      nextServerSeed: sql<string>`${nextServerSeed}`.as('next_server_seed'),
      nextCommitment: sql<string>`${commitmentTo(nextServerSeed)}`.as('next_commitment'),
      nonce: sql<number>`0`.as('nonce'),
      createdAt: sql<number>`${now()}`.as('created_at'),
      closedAt: sql<null>`NULL`.as('closed_at'),
      successorId: sql<null>`NULL`.as('successor_id'),
    })
    .from(sessions)
    .where(and(eq(sessions.projectId, projectId), eq(sessions.successorId, successorId)))
  return db.insert(sessions).select(successor)
}

/** The player's open pair, made if this is the first time. */
export async function openSession(db: DrizzleD1Database, player: Player) {
  const select = () => db.select().from(sessions).where(openSessionOf(player))
  const [known] = await select()
  if (known) return known
  const [, [made]] = await db.batch([ensureSession(db, player), select()])
  if (!made) throw new Error('A session that was just made is gone.')
  return made
}
