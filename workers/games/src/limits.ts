/** What a project allows in a game: whether it is on, how large bets are, how much a day may cost, how soon again. */
import { now } from '@coinop/shared/clock'
import { idBound } from '@coinop/shared/ids'
import { and, eq, gte, ne, type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { Game } from './game-rules.ts'
import { gameSettings, rounds } from './schema.ts'
import type { Player } from './sessions.ts'

/** Minor units; null where there is no limit. */
export type CurrencyLimits = {
  currency: string
  betMin: number | null
  betMax: number | null
  dailyLossMax: number | null
}
export type LimitRefusal =
  | 'game_inactive'
  | 'bet_out_of_range'
  | 'cooling_down'
  | 'daily_loss_limit'

type Bet = { player: Player; game: Game; bet: number; currency: string }

const dayMilliseconds = 86_400_000

type Settings = typeof gameSettings.$inferSelect

export const selectSettings = (
  db: DrizzleD1Database,
  { player: { projectId }, game }: Pick<Bet, 'player' | 'game'>,
) =>
  db
    .select()
    .from(gameSettings)
    .where(and(eq(gameSettings.projectId, projectId), eq(gameSettings.gameId, game.id)))

/**
 * An expression that is null, or says why the bet may not be made. It is part of the statement that stores the round, so
 * that rounds that begin at the same moment count for each other. Undefined when the project has set no limits.
 */
export function refusalOf(
  settings: Settings | undefined,
  { player, game, bet, currency }: Bet,
): SQL<LimitRefusal | null> | undefined {
  if (!settings) return undefined
  const limits = settings.currencies.find((each) => each.currency === currency)
  const { betMin, betMax, dailyLossMax } = limits ?? noLimits
  if (!settings.isActive) return sql`'game_inactive'`
  if (bet < (betMin ?? 0) || bet > (betMax ?? Infinity)) return sql`'bet_out_of_range'`
  const { coolDownSeconds } = settings
  const cooling = coolDownSeconds > 0 ? isCooling(player, game, coolDownSeconds) : sql`0`
  const atRisk = bet * stakesMax(game)
  const losing =
    dailyLossMax === null
      ? sql`0`
      : sql`${lossOfToday({ player, game, currency })} + ${atRisk} > ${dailyLossMax}`
  return sql`CASE WHEN ${cooling} THEN 'cooling_down' WHEN ${losing} THEN 'daily_loss_limit' END`
}

const noLimits = { betMin: null, betMax: null, dailyLossMax: null }
const stakesMax = ({ steps }: Game): number => steps?.stakesMax ?? 1

/** Rounds of the player in the game that began then or later and were not refused: ids sort by time. */
const roundsSince = ({ projectId, userId }: Player, game: Game, milliseconds: number) =>
  and(
    eq(rounds.projectId, projectId),
    eq(rounds.userId, userId),
    gte(rounds.id, idBound('rnd', milliseconds)),
    eq(rounds.gameId, game.id),
    ne(rounds.status, 'refused'),
  )

const isCooling = (player: Player, game: Game, seconds: number) =>
  sql`EXISTS (SELECT 1 FROM ${rounds} WHERE ${roundsSince(player, game, now() - seconds * 1_000)})`

/** Less what was won. A round that is open may still lose all that can be staked in it. */
function lossOfToday({ player, game, currency }: Omit<Bet, 'bet'>) {
  const midnight = now() - (now() % dayMilliseconds)
  const loss = sql`CASE WHEN ${rounds.status} = 'open' THEN ${rounds.bet} * ${stakesMax(game)}
    ELSE ${rounds.bet} * ${rounds.stakes} - ${rounds.payout} END`
  return sql`(SELECT coalesce(sum(${loss}), 0) FROM ${rounds}
    WHERE ${and(roundsSince(player, game, midnight), eq(rounds.currency, currency))})`
}
