/** Where a round of several steps stands: all of it follows from its seeds and from the actions that were taken. */
import { isoTime } from '@coinop/shared/clock'
import { drawsOf } from './fairness.ts'
import { share } from './fractions.ts'
import type { Facts, Game, Waiting } from './game-rules.ts'
import { findGame } from './games/index.ts'
import type { RoundRow } from './model.ts'

/** How long a round waits for its player after the last action, before the sweep acts for them. */
export const actMilliseconds = 15 * 60_000
/** No game takes more actions than a pack has cards. */
export const stepsMax = 52

export type Act = { action: string; key: string; at: number }

/** The game of the round, unless its rules have changed since. */
export function gameOf({ gameId, gameVersion }: RoundRow): Game | undefined {
  const game = findGame(gameId)
  return game?.version === gameVersion ? game : undefined
}

export function drawsFor({ serverSeed, clientSeed, nonce }: RoundRow, game: Game): number[] {
  const source = { serverSeed, clientSeed, nonce, game: game.id, version: game.version }
  return drawsOf(source, game.bounds)
}

export const actionsOf = ({ actions }: Pick<RoundRow, 'actions'>): string[] =>
  actions.map(({ action }) => action)

type Staked = { bet: number; choice: Facts }
export type End = { outcome: Facts; payout: number }

/** How the round ends with these draws and actions; undefined while it waits for its player. */
export function endOf(
  game: Game,
  draws: readonly number[],
  { bet, choice }: Staked,
  taken: readonly string[] = [],
): End | undefined {
  if (game.steps?.waiting(draws, taken)) return undefined
  const { outcome, pays } = game.play(draws, choice, taken)
  return { outcome, payout: share(bet, pays) }
}

/** What the player sees and may do; undefined when the round waits for nobody. */
export function waitingOf(row: RoundRow): Waiting | undefined {
  if (row.status !== 'open') return undefined
  const game = gameOf(row)
  return game?.steps?.waiting(drawsFor(row, game), actionsOf(row))
}

/** When the round stops waiting, after its last action. */
export const actBy = ({ actions, createdAt }: Pick<RoundRow, 'actions' | 'createdAt'>): number =>
  (actions.at(-1)?.at ?? createdAt) + actMilliseconds

/** The step that a client names, what it may do there, and until when; null unless the stake is set aside. */
export function nextOf(row: RoundRow) {
  const waiting = row.held > 0 ? waitingOf(row) : undefined
  if (!waiting) return null
  return { step: row.actions.length, actions: [...waiting.actions], until: isoTime(actBy(row)) }
}

/** The round as it was right after its first `count` actions, for a request that is repeated. */
export function asAfter(row: RoundRow, count: number): RoundRow {
  const then: RoundRow = {
    ...row,
    actions: row.actions.slice(0, count),
    status: 'open',
    outcome: null,
    payout: null,
    refusal: null,
    settledAt: null,
    stakes: 1,
    held: 1,
  }
  return row.held > 0 && waitingOf(then) ? then : row
}
