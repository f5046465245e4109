/** An action in a round that waits for its player: stored at its step, staked for if need be, then carried on. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { fail, ok, type Result } from '@coinop/shared/result'
import { drizzle } from 'drizzle-orm/d1'
import { type Round, type RoundRow, toRound } from './model.ts'
import { finishRound, isAsStored, type Refusal } from './play.ts'
import { findRound } from './rounds.ts'
import { rounds } from './schema.ts'
import { holdStakes } from './stakes.ts'
import {
  actMilliseconds,
  actionsOf,
  asAfter,
  type Act,
  gameOf,
  stepsMax,
  waitingOf,
} from './steps.ts'

export type ActRefusal =
  | Refusal
  | 'round_not_found'
  | 'round_finished'
  | 'round_moved_on'
  | 'action_not_allowed'
  | 'idempotency_conflict'
export type ActOrder = {
  roundId: string
  /** Whose round it must be; anybody's of the project without. */
  userId: string | undefined
  action: string
  step: number
  key: string
}
export type ActAnswer = { round: Round; replayed: boolean }

/** Takes the action once per key; a repeated key answers how the round stood after it. */
export async function act(
  env: GamesEnv,
  caller: Caller,
  order: ActOrder,
): Promise<Result<ActAnswer, ActRefusal>> {
  const wanted = { action: order.action, key: `${caller.kind}:${order.key}`, at: now() }
  // Each turn that does not end here has lost to another action, and there are only so many.
  for (let turn = 0; turn <= stepsMax; turn++) {
    const row = await findRound(env.GAMES_DB, caller.projectId, order.roundId)
    if (!row || (order.userId !== undefined && row.userId !== order.userId)) {
      return fail('round_not_found')
    }
    const isRepeated = takenAt(row, order, wanted)
    if (!isRepeated.ok) return isRepeated
    if (isRepeated.value) return answerOf(env, caller, { row, order, replayed: true })
    const allowed = mayTake(row, order)
    if (!allowed.ok) return allowed
    const stored = await append(env, row, wanted)
    if (stored) return answerOf(env, caller, { row: stored, order, replayed: false })
  }
  throw new Error(`Round ${order.roundId} does not come to rest.`)
}

/** Whether this very request was heard before; a key or a step that stands for something else is refused. */
function takenAt(
  row: RoundRow,
  { step }: ActOrder,
  wanted: Act,
): Result<boolean, 'idempotency_conflict' | 'round_moved_on'> {
  const place = row.actions.findIndex(({ key }) => key === wanted.key)
  if (place === -1) return step < row.actions.length ? fail('round_moved_on') : ok(false)
  const isSame = place === step && row.actions[place]?.action === wanted.action
  return isSame ? ok(true) : fail('idempotency_conflict')
}

function mayTake(
  row: RoundRow,
  { action, step }: ActOrder,
): Result<null, 'round_finished' | 'round_moved_on' | 'action_not_allowed'> {
  const waiting = row.held > 0 ? waitingOf(row) : undefined
  if (!waiting) return fail('round_finished')
  if (step !== row.actions.length) return fail('round_moved_on')
  return waiting.actions.includes(action) ? ok(null) : fail('action_not_allowed')
}

/** Undefined when another action came first. */
async function append(env: GamesEnv, row: RoundRow, taken: Act): Promise<RoundRow | undefined> {
  const actions = [...row.actions, taken]
  // One that waits no more is for the sweep to finish, should this try break off.
  const actBy = waitingOf({ ...row, actions }) ? taken.at + actMilliseconds : null
  const [stored] = await drizzle(env.GAMES_DB)
    .update(rounds)
    .set({ actions, actBy })
    .where(isAsStored(row))
    .returning({ id: rounds.id })
  return stored && { ...row, actions, actBy }
}

type Found = { row: RoundRow; order: ActOrder; replayed: boolean }

async function answerOf(
  env: GamesEnv,
  caller: Caller,
  { row, order, replayed }: Found,
): Promise<Result<ActAnswer, ActRefusal>> {
  const after = await finishRound(env, caller, row)
  if (after.actions.length <= order.step) return refusalOfStake(env, caller, row)
  const then = asAfter(after, order.step + 1)
  if (then.refusal) return fail(then.refusal)
  const round = toRound(then)
  return ok({ round: { ...round, proof: { ...round.proof, serverSeed: null } }, replayed })
}

/** Why an action was taken back: asked again, the wallet answers the same. */
async function refusalOfStake(env: GamesEnv, caller: Caller, row: RoundRow) {
  const stakes = gameOf(row)?.steps?.stakesOf(actionsOf(row)) ?? 1
  const held = await holdStakes(env, caller, { ...row, stakes })
  if (held.ok) throw new Error(`An action of round ${row.id} was taken back that has its stake.`)
  return held
}

/** Acts for a player who let the time pass: the game says what that is. */
export async function actForLate(env: GamesEnv, caller: Caller, row: RoundRow): Promise<RoundRow> {
  const action = gameOf(row)?.steps?.whenLate
  if (row.actBy === null || row.actBy > now() || !action || !waitingOf(row)) {
    return finishRound(env, caller, row)
  }
  const stored = await append(env, row, { action, key: 'system:late', at: now() })
  return stored ? finishRound(env, caller, stored) : row
}
