/**
 * One play from the bet to the money: the round is stored and decided, then settled in the wallet, then told the event log,
 * then counted. Every step can be repeated, so whoever finds a round open carries it on: a retry, a duplicate, the sweep.
 */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { tellAtOnce } from '@coinop/shared/outbox'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, isNull } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { Game } from './game-rules.ts'
import type { LimitRefusal } from './limits.ts'
import { type Round, type RoundRow, toRound } from './model.ts'
import type { NewPlay } from './play-request.ts'
import { beginRound, isRound, selectRounds } from './rounds.ts'
import { rounds } from './schema.ts'
import { finishedEvent, settlement } from './settlement.ts'
import { holdStakes, releaseStakes, settleStakes } from './stakes.ts'
import { actBy, actionsOf, asAfter, drawsFor, endOf, gameOf } from './steps.ts'

export type Refusal = NonNullable<RoundRow['refusal']>
export type PlayRefusal = Exclude<Refusal, 'stake_expired'> | LimitRefusal | 'idempotency_conflict'
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
  const stored = await beginRound(drizzle(env.GAMES_DB), {
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
  if (!stored.ok) return stored
  const begun = stored.value
  if (begun.row.requestHash !== hash) return fail('idempotency_conflict')
  const row = asAfter(await finishRound(env, caller, begun.row), 0)
  if (row.refusal === 'stake_expired') throw new Error('A round expired that had not begun.')
  if (row.refusal) return fail(row.refusal)
  const round = toRound(row)
  // The first answer came before any reveal, and a repeated one is equal to it.
  return ok({
    round: { ...round, proof: { ...round.proof, serverSeed: null } },
    replayed: !begun.isNew,
  })
}

/**
 * Carries a round as far as it goes without its player, and answers how it stands. Nothing happens to one that has ended.
 * Of several steps: the stake is set aside before anything is shown, and before an action counts that needs more of it.
 */
export async function finishRound(env: GamesEnv, caller: Caller, row: RoundRow): Promise<RoundRow> {
  if (row.status !== 'open') return row
  const decided = await decide(env, caller, row)
  return decided.status === 'open' && decided.outcome ? settle(env, caller, decided) : decided
}

/**
 * Stores the outcome before any money moves, so that not even other rules could change it afterwards. Most rounds were stored
 * with it.
 */
async function decide(env: GamesEnv, caller: Caller, row: RoundRow): Promise<RoundRow> {
  if (row.outcome) return row
  const db = drizzle(env.GAMES_DB)
  const game = gameOf(row)
  if (!game) {
    await releaseStakes(env, caller, row)
    return refuse(db, row, 'game_changed')
  }
  const draws = drawsFor(row, game)
  const staked = await stakeStep({ env, caller, game, draws }, row)
  if (staked.status !== 'open') return staked
  const end = endOf(game, draws, row, actionsOf(staked))
  if (!end) return staked
  const [, [after]] = await db.batch([
    db
      .update(rounds)
      .set(end)
      .where(and(isAsStored(staked), isNull(rounds.outcome))),
    selectRounds(db, isRound(row.projectId, row.id)),
  ])
  return existing(after)
}

type Step = { env: GamesEnv; caller: Caller; game: Game; draws: readonly number[] }

/** Sets aside what the step of the round needs. An action that the wallet refuses its stake was not taken. */
async function stakeStep({ env, caller, game, draws }: Step, row: RoundRow): Promise<RoundRow> {
  const { steps } = game
  const taken = actionsOf(row)
  // A round that ends with its first cards is staked and paid in one step.
  if (!steps || (taken.length === 0 && !steps.waiting(draws, taken))) return row
  const stakes = steps.stakesOf(taken)
  if (row.held >= stakes) return row
  const db = drizzle(env.GAMES_DB)
  const held = await holdStakes(env, caller, { ...row, stakes })
  if (!held.ok && row.held === 0) return refuse(db, row, held.code)
  const change = held.ok
    ? { held: stakes, stakes, actBy: actBy(row) }
    : {
        actions: row.actions.slice(0, -1),
        actBy: actBy({ ...row, actions: row.actions.slice(0, -1) }),
      }
  const [, [after]] = await db.batch([
    db.update(rounds).set(change).where(isAsStored(row)),
    selectRounds(db, isRound(row.projectId, row.id)),
  ])
  return existing(after)
}

/** Open, and with these actions: so that of two who carry a round on only one does each step. */
export const isAsStored = (row: RoundRow) =>
  and(
    isRound(row.projectId, row.id),
    eq(rounds.status, 'open'),
    eq(rounds.actions, row.actions),
    isNull(rounds.outcome),
  )

async function settle(env: GamesEnv, caller: Caller, row: RoundRow): Promise<RoundRow> {
  const db = drizzle(env.GAMES_DB)
  const { projectId, id, payout } = row
  if (payout === null) throw new Error(`Round ${id} has an outcome without a payout.`)
  const decided = { ...row, payout }
  const settled = await settleStakes(env, caller, decided)
  if (!settled.ok) return refuse(db, row, settled.code)
  const at = settled.value
  const event = finishedEvent(decided, at)
  const isTold = await tellAtOnce(env.EVENTS_APPENDS, projectId, event)
  const [, , , [after]] = await db.batch([
    ...settlement(db, decided, { at, event, isTold }),
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
      .set({ status: 'refused', refusal, settledAt: now(), actBy: null })
      .where(and(isRound(row.projectId, row.id), eq(rounds.status, 'open'), undecided)),
    selectRounds(db, isRound(row.projectId, row.id)),
  ])
  return existing(after)
}

function existing(row: RoundRow | undefined): RoundRow {
  if (!row) throw new Error('A round is gone while it is played.')
  return row
}
