/** What of an event in the log becomes a score of a board: the reading of games' events, without anything else. */
import type { LoggedEvent } from '@coinop/shared/events'
import { idPattern } from '@coinop/shared/ids'
import { fail, ok, type Result } from '@coinop/shared/result'
import { z } from 'zod'

/** `skill_score` is of the customers' own games, all others of rounds. */
export const measures = ['wins', 'plays', 'payout', 'net', 'staked', 'skill_score'] as const
export type Measure = (typeof measures)[number]
/** Those that are amounts: of different currencies they cannot be compared. */
export const isMoney = (measure: Measure) => ['payout', 'net', 'staked'].includes(measure)

export type Bound = { gameId: string; measure: Measure; currency: string | null }
export type Measured = { userId: string; value: number }

const userId = z.string().regex(idPattern('usr'))
/** Only what is needed, so that the games may tell more one day. */
const Round = z.object({
  userId,
  gameId: z.string(),
  currency: z.string(),
  staked: z.int(),
  payout: z.int(),
  won: z.boolean(),
})
const SkillSession = z.object({ userId, game: z.string(), score: z.int() })

/** Undefined when the event is none of this binding's; a failure when it ought to be, and cannot be read. */
export function measured(
  bound: Bound,
  { type, data }: Pick<LoggedEvent, 'type' | 'data'>,
): Result<Measured, 'event_unreadable'> | undefined {
  if (bound.measure === 'skill_score') {
    return type === 'games.skill_session.submitted' ? ofSkillSession(bound, data) : undefined
  }
  return type === 'games.round.finished' ? ofRound(bound, data) : undefined
}

function ofSkillSession({ gameId }: Bound, data: unknown) {
  const session = SkillSession.safeParse(data)
  if (!session.success) return fail('event_unreadable')
  const { userId: player, game, score } = session.data
  return game === gameId ? ok({ userId: player, value: score }) : undefined
}

function ofRound({ gameId, currency, measure }: Bound, data: unknown) {
  const parsed = Round.safeParse(data)
  if (!parsed.success) return fail('event_unreadable')
  const round = parsed.data
  const isOther = round.gameId !== gameId || (currency !== null && round.currency !== currency)
  if (isOther || (measure === 'wins' && !round.won)) return undefined
  return ok({ userId: round.userId, value: valueOf(measure, round) })
}

function valueOf(measure: Measure, { payout, staked }: z.infer<typeof Round>): number {
  if (measure === 'payout') return payout
  if (measure === 'net') return payout - staked
  return measure === 'staked' ? staked : 1
}
