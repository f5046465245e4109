/**
 * The end of a season, in steps of which each may be repeated and none is skipped: the object is frozen, the final standing's
 * figures are stored, then its winners page by page, then each is paid, then the season is closed. Whoever finds a season
 * that is not there yet carries it on: the request that closes it, a score that comes too late, the minutely sweep.
 */
import { systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { uncounted } from '@coinop/shared/cost'
import type { Statement } from '@coinop/shared/idempotency'
import { derivedId } from '@coinop/shared/ids'
import { logError } from '@coinop/shared/log'
import { announce, announceIfChanged, drainOutbox } from '@coinop/shared/outbox'
import { and, asc, eq, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import type { Closing, Position, StandingsPage } from './board-commands.ts'
import { expiryAfter } from './boards.ts'
import { eventOf } from './events.ts'
import { groupingEnv } from './groups.ts'
import type { BoardRow } from './model.ts'
import { mayReward, type Prize, prizeOf, type Stand } from './reward-rules.ts'
import { seasonRewards, seasons } from './schema.ts'
import { boardObject, referenceOf, type SeasonRow } from './seasons.ts'

export type BoardSeason = { board: BoardRow; season: SeasonRow }
export type Winner = { place: number; userId: string; rank: number } & Prize
type Progress = { season: SeasonRow; payments: number }
type RewardRow = typeof seasonRewards.$inferSelect
export type Listed = {
  place: number
  after: Position | null
  /** The last one before, whose rank the next may share. */
  last?: Stand | undefined
}

/** Winners on one page of the standing. */
const winnersMax = 100
/** Pages of one run; the next minute goes on. */
const pagesMax = 50
/** The next minute goes on. The wallet hears of them in groups: see `groups.ts`. */
export const paymentsMax = 100

/** One season of one board on its way to its end. A method is a step: a test can break off before and after each. */
export class SeasonEnd {
  private readonly env: LeaderboardsEnv
  private readonly board: BoardRow
  private readonly db: DrizzleD1Database
  constructor(env: LeaderboardsEnv, board: BoardRow) {
    this.env = env
    this.board = board
    this.db = drizzle(env.LEADERBOARDS_DB)
  }

  /** Does what is left, with at most `most` payments; answers the season as it is then, and how many were tried. */
  async run(season: SeasonRow, at: number, most = paymentsMax): Promise<Progress> {
    let current = season
    if (current.status === 'open') {
      current = await this.storeClosing(current, await this.freeze(current, at))
    }
    for (let page = 0; page < pagesMax && current.status === 'listing'; page++) {
      current = await this.storeWinners(current, await this.readWinners(current))
    }
    if (current.status !== 'paying') return { season: current, payments: 0 }
    const owed = await this.pending(current, most)
    await this.payAll(current, owed)
    return { season: await this.finish(current), payments: owed.length }
  }

  /** From now on the object takes no score. What it answers it answers for ever. */
  async freeze(season: SeasonRow, at: number): Promise<Closing> {
    const closedAt = Math.min(at, season.endsAt ?? at)
    return boardObject(this.env, season).close(referenceOf(this.board, season), closedAt)
  }

  /** The rules are those of this moment: what is paid later follows them whatever becomes of the board. */
  async storeClosing(
    season: SeasonRow,
    closing: Closing,
    notes: Statement[] = [],
  ): Promise<SeasonRow> {
    const { closedAt, total, digest } = closing
    const { rewards, name } = this.board
    const isDone = rewards.length === 0 || total === 0
    const { boardId, id: seasonId, number } = season
    const fact = {
      id: derivedId('evt', closedAt, `closed:${seasonId}`),
      subject: seasonId,
      data: { boardId, seasonId, number, total, digest },
      at: closedAt,
    }
    await this.db.batch([
      this.db
        .update(seasons)
        .set({
          status: isDone ? 'closed' : 'listing',
          closedAt,
          total,
          digest,
          rewards,
          boardName: name,
          listedTo: { place: 0, after: null },
          expiresAt: expiryAfter(closedAt, this.board),
        })
        .where(this.is(season, 'open')),
      announceIfChanged(this.db, season.projectId, eventOf('leaderboards.season.closed', fact)),
      ...notes,
    ])
    return this.stored(season)
  }

  async readWinners(season: SeasonRow): Promise<{ winners: Winner[]; next: Listed | null }> {
    const listed = season.listedTo as Listed
    const { after } = listed
    const page = await boardObject(this.env, season).top({
      limit: winnersMax,
      ...(after && { after }),
    })
    return winnersOf(season, page, listed)
  }

  async storeWinners(
    season: SeasonRow,
    { winners, next }: { winners: Winner[]; next: Listed | null },
  ): Promise<SeasonRow> {
    const { id, projectId } = season
    const rows = JSON.stringify(winners)
    // One parameter, for a statement may have 100; those that are there already stay as they are.
    const insert = this.db.insert(seasonRewards).select(
      sql`SELECT ${id}, value ->> 'place', ${projectId}, value ->> 'userId', value ->> 'rank', value ->> 'currency', value ->> 'amount', 'pending', NULL, NULL
        FROM json_each(${rows}) WHERE true`,
    )
    await this.db.batch([
      insert.onConflictDoNothing(),
      this.db
        .update(seasons)
        .set(next ? { listedTo: next } : { status: 'paying' })
        .where(and(this.is(season, 'listing'), eq(seasons.listedTo, season.listedTo as object))),
    ])
    return this.stored(season)
  }

  pending(season: SeasonRow, limit: number): Promise<RewardRow[]> {
    return this.db
      .select()
      .from(seasonRewards)
      .where(and(eq(seasonRewards.seasonId, season.id), eq(seasonRewards.status, 'pending')))
      .orderBy(asc(seasonRewards.place))
      .limit(limit)
  }

  /** At the same time, so that their questions to the wallet meet. One that fails keeps none of the others waiting. */
  private async payAll(season: SeasonRow, owed: RewardRow[]): Promise<void> {
    const paid = await Promise.allSettled(owed.map((reward) => this.pay(season, reward)))
    const failed = paid.find(({ status }) => status === 'rejected')
    if (failed?.status === 'rejected') throw failed.reason
  }

  /** Once: the wallet knows a payment by season, rank and user, however often it is asked. */
  async pay(season: SeasonRow, reward: RewardRow): Promise<void> {
    const { projectId, userId, rank, currency, amount } = reward
    // Another memo would be another request: the wallet would call the payment that it has made a conflict.
    const name = season.boardName ?? this.board.name
    const posted = await this.env.WALLET_REWARDS.reward(systemCaller(projectId), {
      walletId: userId,
      reference: `${season.id}:${rank}:${userId}`,
      currency,
      amount,
      memo: `${name}, rank ${rank}`,
    })
    await this.storePayment(season, reward, posted.ok ? null : posted.code)
  }

  /** A refusal stands until somebody pays after all: what the wallet did is the truth. */
  async storePayment(season: SeasonRow, reward: RewardRow, refusal: string | null): Promise<void> {
    const { place, userId, rank, currency, amount } = reward
    const isReward = and(eq(seasonRewards.seasonId, season.id), eq(seasonRewards.place, place))
    if (refusal !== null) {
      await this.db
        .update(seasonRewards)
        .set({ status: 'refused', refusal })
        .where(and(isReward, eq(seasonRewards.status, 'pending')))
      return
    }
    const { boardId, id: seasonId, projectId, closedAt } = season
    const paidAt = now()
    const fact = {
      id: derivedId('evt', closedAt ?? paidAt, `paid:${seasonId}:${place}`),
      subject: userId,
      data: { boardId, seasonId, userId, rank, currency, amount },
      at: paidAt,
    }
    await this.db.batch([
      this.db.update(seasonRewards).set({ status: 'paid', refusal: null, paidAt }).where(isReward),
      announce(this.db, projectId, eventOf('leaderboards.reward.paid', fact)),
    ])
  }

  /** Nothing is left to pay. */
  async finish(season: SeasonRow): Promise<SeasonRow> {
    const unpaid = sql`NOT EXISTS (SELECT 1 FROM ${seasonRewards} WHERE ${seasonRewards.seasonId} = ${season.id} AND ${seasonRewards.status} = 'pending')`
    await this.db
      .update(seasons)
      .set({ status: 'closed', expiresAt: expiryAfter(season.closedAt ?? 0, this.board) })
      .where(and(this.is(season, 'paying'), unpaid))
    return this.stored(season)
  }

  private is({ boardId, number }: SeasonRow, status: SeasonRow['status']) {
    return and(eq(seasons.boardId, boardId), eq(seasons.number, number), eq(seasons.status, status))
  }

  private async stored({ boardId, number }: SeasonRow): Promise<SeasonRow> {
    const [row] = await this.db
      .select()
      .from(seasons)
      .where(and(eq(seasons.boardId, boardId), eq(seasons.number, number)))
    if (!row) throw new Error('The season is gone.')
    return row
  }
}

/** `notes` are written if this is what closes it. Freezes the season and stores that it is over; rewards are left to `SeasonEnd.run`. */
export async function closeSeason(
  env: LeaderboardsEnv,
  { board, season }: BoardSeason,
  at: number,
  notes: Statement[] = [],
): Promise<SeasonRow> {
  if (season.status !== 'open') return season
  const end = new SeasonEnd(env, board)
  return end.storeClosing(season, await end.freeze(season, at), notes)
}

/** What may be done of the rest at once; the minutely sweep does what is left, and what failed. */
export const carryOn = (env: LeaderboardsEnv, ended: BoardSeason): Promise<void> =>
  uncounted(() => payAtOnce(env, ended))

async function payAtOnce(env: LeaderboardsEnv, { board, season }: BoardSeason): Promise<void> {
  try {
    await new SeasonEnd(groupingEnv(env), board).run(season, now())
    await drainOutbox(drizzle(env.LEADERBOARDS_DB), env.EVENTS_APPENDS)
  } catch (error) {
    logError('leaderboards', 'seasons.pay', error)
  }
}

/** Those of a page of the final standing who get something, and where to go on; null when nobody further does. */
export function winnersOf(
  { rewards, total }: Pick<SeasonRow, 'rewards' | 'total'>,
  page: Pick<StandingsPage, 'standings' | 'next'>,
  { place, last: before }: Listed,
): { winners: Winner[]; next: Listed | null } {
  const [rules, players] = [rewards ?? [], total ?? 0]
  let last = before
  const winners = page.standings.flatMap(({ userId, rank }, index) => {
    const stand = rank === last?.rank ? last : { rank, position: place + index + 1 }
    last = stand
    const prize = prizeOf(rules, stand, players)
    return prize ? [{ place: place + index + 1, userId, rank, ...prize }] : []
  })
  const isLast = page.next === null || !last || !mayReward(rules, last, players)
  return {
    winners,
    next: isLast ? null : { place: place + page.standings.length, after: page.next, last },
  }
}
