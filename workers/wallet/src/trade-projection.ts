/** The copy of trades in WALLET_DB and in the event log: filled by their objects, read by lists and by the sweep. */
import { isoTime, now } from '@coinop/shared/clock'
import { derivedId } from '@coinop/shared/ids'
import { and, asc, desc, eq, gt, lt, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { trades } from './schema.ts'
import { otherSide, statusAt, type Trade, type TradeSide, type TradeStatus } from './trade-rules.ts'
import type { HistoryRow } from './trade-storage.ts'

export type TradeCopy = typeof trades.$inferSelect

const overdueMilliseconds = 120_000
const pokesMax = 100

/** Both may be repeated: a row takes only a longer history, the log each event once. */
export async function publishTrade(
  env: Pick<WalletEnv, 'WALLET_DB' | 'EVENTS_APPENDS'>,
  trade: Trade,
  steps: HistoryRow[],
): Promise<void> {
  const revision = steps.at(-1)!.seq
  const db = drizzle(env.WALLET_DB)
  await db.batch([upsert(db, trade, 'initiator', revision), upsert(db, trade, 'partner', revision)])
  await env.EVENTS_APPENDS.append(
    trade.projectId,
    steps.map((step) => announcement(trade, step)),
  )
}

function upsert(db: ReturnType<typeof drizzle>, trade: Trade, side: TradeSide, revision: number) {
  const isInitiator = side === 'initiator'
  const { projectId, id: tradeId, createdAt, expiresAt } = trade
  const userId = trade[side].userId
  const partnerId = trade[otherSide(side)].userId
  const change = {
    status: statusAt(trade, now()),
    dueAt: isInitiator ? dueAt(trade) : null,
    createdAt,
    expiresAt,
    revision,
  }
  return db
    .insert(trades)
    .values({ projectId, userId, tradeId, partnerId, isInitiator, ...change })
    .onConflictDoUpdate({
      target: [trades.projectId, trades.userId, trades.tradeId],
      set: change,
      setWhere: lt(trades.revision, revision),
    })
}

/** A trade that has failed may still have to let go of what is held. */
function dueAt({ phase, expiresAt }: Trade): number | null {
  if (phase === 'done') return null
  return phase === 'open' ? expiresAt : now()
}

const announcement = (
  { projectId, id, initiator, partner }: Trade,
  { seq, step, userId, version, at }: HistoryRow,
) =>
  eventOf(`wallet.trade.${step}`, {
    id: derivedId('evt', at, `${projectId}/${id}/${seq}`),
    subject: id,
    at,
    data: {
      tradeId: id,
      initiatorId: initiator.userId,
      partnerId: partner.userId,
      userId,
      version,
      at: isoTime(at),
    },
  })

/** A player's trades with an id below `before`, the newest first. */
export function listTrades(
  database: D1Database,
  { projectId, userId }: { projectId: string; userId: string },
  { status, before, limit }: { status: TradeStatus | undefined; before: string; limit: number },
): Promise<TradeCopy[]> {
  return drizzle(database)
    .select()
    .from(trades)
    .where(
      and(
        eq(trades.projectId, projectId),
        eq(trades.userId, userId),
        lt(trades.tradeId, before),
        // Only those that are begun.
        gt(trades.revision, 0),
        status && eq(trades.status, status),
      ),
    )
    .orderBy(desc(trades.tradeId))
    .limit(limit)
}

/** A trade that has its place among those of the player who begins it, and is not begun yet. */
export type Place = Omit<TradeCopy, 'isInitiator' | 'status' | 'dueAt' | 'revision'>

/**
 * Keeps a place for a trade, if the player has begun fewer than `max` that are under way. One over breaks a rule of the table,
 * so that with the statements of the same batch nothing is written: two at once cannot both have the last place.
 */
export const keepPlace = (db: ReturnType<typeof drizzle>, place: Place, max: number) =>
  db.insert(trades).values({
    ...place,
    projectId: sql`iif((SELECT count(*) FROM trades WHERE project_id = ${place.projectId}
      AND user_id = ${place.userId} AND is_initiator AND (status = 'settling'
      OR (status = 'open' AND expires_at > ${place.createdAt}))) < ${max}, ${place.projectId}, NULL)`,
    isInitiator: true,
    status: 'open',
    // Of a trade that is never begun nobody need be reminded: at its time it counts no more.
    dueAt: null,
    revision: 0,
  })

/** Whether this is how `keepPlace` says that there is none. */
export function isNoPlace(error: unknown): boolean {
  for (let current = error; current instanceof Error; current = current.cause) {
    if (current.message.includes('NOT NULL constraint failed: trades.project_id')) return true
  }
  return false
}

/** Wakes trades that should have gone on long ago, in case their alarm was lost. Answers how many. */
export async function sweepTrades(env: Pick<WalletEnv, 'WALLET_DB' | 'TRADES'>): Promise<number> {
  const overdue = await drizzle(env.WALLET_DB)
    .select({ projectId: trades.projectId, id: trades.tradeId })
    .from(trades)
    // As the partial index has it.
    .where(and(sql`due_at IS NOT NULL`, lt(trades.dueAt, now() - overdueMilliseconds)))
    .orderBy(asc(trades.dueAt))
    .limit(pokesMax)
  // One that does not answer must not keep the others waiting; it is overdue again in a minute.
  await Promise.allSettled(
    overdue.map(({ projectId, id }) => env.TRADES.getByName(`${projectId}/${id}`).poke()),
  )
  return overdue.length
}
