/**
 * One play from the bet to the money: the round is stored, then decided, then settled in the wallet, then counted. Every
 * step can be repeated, so whoever finds a round open carries it on: a retry, a duplicate, the sweep.
 */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { drawsOf } from './fairness.ts'
import { share } from './fractions.ts'
import type { Game } from './game-rules.ts'
import { findGame } from './games/index.ts'
import { type Round, type RoundRow, toRound } from './model.ts'
import type { NewPlay } from './play-request.ts'
import { beginRound, isRound, selectRounds } from './rounds.ts'
import { rounds } from './schema.ts'
import { settlement } from './settlement.ts'

export type Refusal = NonNullable<RoundRow['refusal']>
export type PlayRefusal = Refusal | 'idempotency_conflict'
export type PlayOrder = Omit<NewPlay, 'userId'> & { userId: string; game: Game; key: string }
export type PlayAnswer = { round: Round; replayed: boolean }

/** Plays once per key: a repeated key answers what the first one did, a refusal included. */
export async function play(
  env: GamesEnv,
  caller: Caller,
  { game, userId, key, bet, currency, clientSeed, choice }: PlayOrder,
): Promise<Result<PlayAnswer, PlayRefusal>> {
  const input = [game.id, bet, currency, clientSeed ?? null, choice]
  const hash = requestHash('games.play', input)
  const player = { projectId: caller.projectId, userId }
  const begun = await beginRound(drizzle(env.GAMES_DB), {
    player,
    game,
    bet,
    currency,
    clientSeed,
    choice,
    // A player must not be able to use up a key of the server, nor the other way round.
    idempotencyKey: `${caller.kind}:${key}`,
    requestHash: hash,
  })
  if (begun.row.requestHash !== hash) return fail('idempotency_conflict')
  const row = await finishRound(env, caller, begun.row)
  if (row.refusal) return fail(row.refusal)
  const round = toRound(row)
  // The first answer came before any reveal, and a repeated one is equal to it.
  return ok({
    round: { ...round, proof: { ...round.proof, serverSeed: null } },
    replayed: !begun.isNew,
  })
}

/** Carries a round to its end and answers how it ended. Nothing happens to one that has. */
export async function finishRound(env: GamesEnv, caller: Caller, row: RoundRow): Promise<RoundRow> {
  if (row.status !== 'open') return row
  const decided = await decide(drizzle(env.GAMES_DB), row)
  return decided.status === 'open' ? settle(env, caller, decided) : decided
}

/** Stores the outcome before any money moves, so that not even other rules could change it afterwards. */
async function decide(db: DrizzleD1Database, row: RoundRow): Promise<RoundRow> {
  if (row.outcome) return row
  const game = findGame(row.gameId)
  if (!game || game.version !== row.gameVersion) return refuse(db, row, 'game_changed')
  const { serverSeed, clientSeed, nonce } = row
  const source = { serverSeed, clientSeed, nonce, game: game.id, version: game.version }
  const { outcome, pays } = game.play(drawsOf(source, game.bounds), row.choice)
  const [, [after]] = await db.batch([
    db
      .update(rounds)
      .set({ outcome, payout: share(row.bet, pays) })
      .where(
        and(isRound(row.projectId, row.id), eq(rounds.status, 'open'), isNull(rounds.outcome)),
      ),
    selectRounds(db, isRound(row.projectId, row.id)),
  ])
  return existing(after)
}

async function settle(env: GamesEnv, caller: Caller, row: RoundRow): Promise<RoundRow> {
  const db = drizzle(env.GAMES_DB)
  const { projectId, id, userId, currency, bet, payout } = row
  if (payout === null) throw new Error(`Round ${id} has an outcome without a payout.`)
  const figures = { currency, stake: bet, payout, memo: row.gameId }
  const settled = await ask('wallet', async () =>
    env.WALLET_SETTLEMENTS.settle(caller, { walletId: userId, roundId: id, ...figures }),
  )
  if (!settled.ok) {
    if (settled.code !== 'idempotency_conflict') return refuse(db, row, settled.code)
    throw new Error(`The wallet settled round ${id} with other figures.`)
  }
  const [, , , [after]] = await db.batch([
    ...settlement(db, { ...row, payout }),
    selectRounds(db, isRound(projectId, id)),
  ])
  return existing(after)
}

/** Ends a round without money. One that was decided is refused only on the wallet's word. */
async function refuse(db: DrizzleD1Database, row: RoundRow, refusal: Refusal): Promise<RoundRow> {
  const undecided = refusal === 'game_changed' ? isNull(rounds.outcome) : undefined
  const [, [after]] = await db.batch([
    db
      .update(rounds)
      .set({ status: 'refused', refusal, settledAt: now() })
      .where(and(isRound(row.projectId, row.id), eq(rounds.status, 'open'), undecided)),
    selectRounds(db, isRound(row.projectId, row.id)),
  ])
  return existing(after)
}

function existing(row: RoundRow | undefined): RoundRow {
  if (!row) throw new Error('A round is gone while it is played.')
  return row
}
