/** The change from one pair of seeds to the next. */
import type { Caller } from '@coinop/shared/caller'
import type { Statement } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { and, asc, eq, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { type Rotation, toFairness } from './model.ts'
import { finishRound } from './play.ts'
import { selectRounds } from './rounds.ts'
import { rounds, sessions } from './schema.ts'
import { closeSession, ensureSession, openSuccessor, type Player } from './sessions.ts'

type Order = {
  player: Player
  clientSeed: string | undefined
  recordOf: (successorId: string) => Promise<Statement[]>
}

/** Closes the player's pair and opens the next one, in one transaction; answers the id of the new one. */
export async function rotate(
  db: DrizzleD1Database,
  { player, clientSeed, recordOf }: Order,
): Promise<string> {
  const successorId = newId('ses')
  await db.batch([
    ensureSession(db, player),
    closeSession(db, player, successorId),
    openSuccessor(db, player, { successorId, clientSeed }),
    ...(await recordOf(successorId)),
  ])
  return successorId
}

/** Few, because each asks the wallet; a closed pair gets no new rounds, so asking again goes on. */
const roundsMax = 8

/** Both pairs as they were at the change. The rounds of the closed one are brought to their end, then its seed is shown. */
export async function describeRotation(
  env: GamesEnv,
  caller: Caller,
  successorId: string,
): Promise<Rotation> {
  const db = drizzle(env.GAMES_DB)
  const { projectId } = caller
  const found = await db
    .select()
    .from(sessions)
    .where(
      and(
        eq(sessions.projectId, projectId),
        or(eq(sessions.id, successorId), eq(sessions.successorId, successorId)),
      ),
    )
    .limit(2)
  const closed = found.find((session) => session.successorId === successorId)
  const current = found.find((session) => session.id === successorId)
  if (!closed || !current) throw new Error(`Session ${successorId} has no predecessor.`)
  const open = await openRounds(db, projectId, closed.id)
  let waiting = open.length > roundsMax
  for (const round of open.slice(0, roundsMax)) {
    // One that waits for its player stays open, and keeps the seed of its pair a secret.
    const { status } = await finishRound(env, caller, round)
    waiting ||= status === 'open'
  }
  return {
    closed: {
      sessionId: closed.id,
      commitment: closed.commitment,
      clientSeed: closed.clientSeed,
      nonce: closed.nonce,
      serverSeed: waiting ? null : closed.serverSeed,
    },
    current: { ...toFairness(current), nonce: 0 },
  }
}

const openRounds = (db: DrizzleD1Database, projectId: string, sessionId: string) =>
  selectRounds(
    db,
    and(
      eq(rounds.projectId, projectId),
      eq(rounds.sessionId, sessionId),
      eq(rounds.status, 'open'),
    ),
  )
    .orderBy(asc(rounds.createdAt))
    .limit(roundsMax + 1)
