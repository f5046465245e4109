/** What follows once the wallet has settled a round: the event, then the score and the round's end, in one transaction. */
import type { EventEnvelope } from '@coinop/shared/events'
import { derivedId } from '@coinop/shared/ids'
import { and, ne, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import type { RoundRow } from './model.ts'
import { isRound } from './rounds.ts'
import { outbox, rounds, scores } from './schema.ts'

type Settled = RoundRow & { payout: number }

/** `at`: when the money moved, as the wallet says. Whoever carries the round on makes the very same event of it. */
export function finishedEvent(round: Settled, at: number): EventEnvelope {
  const { projectId, id, userId, gameId, gameVersion, currency, bet, stakes } = round
  const { payout, sessionId, nonce } = round
  return eventOf('games.round.finished', {
    id: derivedId('evt', at, `games.round.finished/${projectId}/${id}`),
    subject: id,
    at,
    data: {
      roundId: id,
      userId,
      gameId,
      gameVersion,
      currency,
      bet,
      staked: bet * stakes,
      payout,
      won: payout > 0,
      sessionId,
      nonce,
    },
  })
}

/** `isTold`: the log has the event already. */
type Announced = { at: number; event: EventEnvelope; isTold: boolean }

/**
 * Statements for one batch. Score and event are written only while the round is not settled, and the last statement
 * settles it: so each happens once, however many try. What the wallet did is the truth: it also overrides a refusal
 * by another try, which can have met a currency or a wallet that was made a moment later.
 */
export function settlement(
  db: DrizzleD1Database,
  round: Settled,
  { at, event, isTold }: Announced,
) {
  const unsettled = and(isRound(round.projectId, round.id), ne(rounds.status, 'settled'))
  return [
    countScore(db, unsettled, at),
    announceOnce(db, event, isTold ? sql`0` : unsettled),
    db
      .update(rounds)
      .set({ status: 'settled', refusal: null, settledAt: at, actBy: null })
      .where(unsettled),
  ] as const
}

type Condition = ReturnType<typeof and>

function countScore(db: DrizzleD1Database, unsettled: Condition, at: number) {
  const won = sql<number>`(${rounds.payout} > 0)`
  const figures = db
    .select({
      projectId: rounds.projectId,
      userId: rounds.userId,
      gameId: rounds.gameId,
      currency: rounds.currency,
      plays: sql<number>`1`.as('plays'),
      wins: won.as('wins'),
      wagered: sql<number>`${rounds.bet} * ${rounds.stakes}`.as('wagered'),
      won: sql<number>`${rounds.payout}`.as('won'),
      best: sql<number>`${rounds.payout}`.as('best'),
      streak: won.as('streak'),
      updatedAt: sql<number>`${at}`.as('updated_at'),
    })
    .from(rounds)
    .where(unsettled)
  return db
    .insert(scores)
    .select(figures)
    .onConflictDoUpdate({
      target: [scores.projectId, scores.userId, scores.gameId, scores.currency],
      set: {
        plays: sql`${scores.plays} + 1`,
        wins: sql`${scores.wins} + excluded.wins`,
        wagered: sql`${scores.wagered} + excluded.wagered`,
        won: sql`${scores.won} + excluded.won`,
        best: sql`max(${scores.best}, excluded.best)`,
        streak: sql`CASE WHEN excluded.wins = 1 THEN ${scores.streak} + 1 ELSE 0 END`,
        updatedAt: sql`excluded.updated_at`,
      },
    })
}

function announceOnce(db: DrizzleD1Database, event: EventEnvelope, condition: Condition) {
  const announcement = db
    .select({
      sequence: sql<number>`NULL`.as('sequence'),
      projectId: rounds.projectId,
      event: sql<string>`${JSON.stringify(event)}`.as('event'),
    })
    .from(rounds)
    .where(condition)
  return db.insert(outbox).select(announcement)
}
