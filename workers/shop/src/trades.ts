/**
 * The pieces in trades of two players, which the wallet decides: set aside, then handed over or put back. Each is one batch for
 * both sides, once per trade however often and however late it is asked for.
 */
import { now } from '@coinop/shared/clock'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import { findNamed } from './item-check.ts'
import { type HeldPieces, Pieces, type TradedPieces } from './item-parts.ts'
import { dropEmpty } from './pieces.ts'
import { inventory, outbox, type PieceHoldRow, pieceHolds } from './schema.ts'

type Trade = { projectId: string; tradeId: string }
export type HoldRefusal = 'item_not_found' | 'pieces_missing' | 'hold_closed'
/** Whose pieces: empty when it is about no side. */
export type Refused = { ok: false; code: HoldRefusal; userId: string }

/** The names of these items; refused when one of them is none of the project, as a gift of it would be. */
export async function itemNames(
  db: DrizzleD1Database,
  projectId: string,
  itemIds: string[],
): Promise<Result<Map<string, string>, 'item_not_found'>> {
  const wanted = [...new Set(itemIds)]
  const rows = await findNamed(db, projectId, wanted)
  if (rows.length < wanted.length) return fail('item_not_found')
  return ok(new Map(rows.map(({ id, name }) => [id, name])))
}

/** Takes the pieces of both sides out of reach of everything else, if all of them are there. */
export async function setAside(
  db: DrizzleD1Database,
  trade: Trade,
  pieces: TradedPieces[],
): Promise<{ ok: true } | Refused> {
  for (const { itemId, quantity } of pieces) Pieces.parse({ itemId, quantity })
  const { projectId } = trade
  const itemIds = pieces.map(({ itemId }) => itemId)
  const names = await itemNames(db, projectId, itemIds)
  if (!names.ok) return { ...names, userId: '' }
  const named = pieces.map((each) => ({ ...each, itemName: names.value.get(each.itemId) ?? '' }))
  const { row, short } = await hold(db, trade, named)
  if (!row) return { ok: false, code: 'pieces_missing', userId: short?.userId ?? '' }
  // It was over before this arrived.
  if (row.state === 'released') return { ok: false, code: 'hold_closed', userId: '' }
  return { ok: true }
}

const of = (name: keyof HeldPieces) => sql.raw(`json_extract(piece.value, '$.${name}')`)
const lineOf = (projectId: string) =>
  and(
    eq(inventory.projectId, projectId),
    eq(inventory.userId, of('userId')),
    eq(inventory.itemId, of('itemId')),
  )
const isHold = ({ projectId, tradeId }: Trade) =>
  and(eq(pieceHolds.projectId, projectId), eq(pieceHolds.id, tradeId))
const isHeld = (trade: Trade) => and(isHold(trade), eq(pieceHolds.state, 'held'))
const heldPieces = sql`${pieceHolds}, json_each(${pieceHolds.pieces}) AS piece`

/** The trade's hold, if it has one, and a user who has too few pieces. */
async function hold(db: DrizzleD1Database, trade: Trade, pieces: HeldPieces[]) {
  const { projectId, tradeId } = trade
  const text = JSON.stringify(pieces)
  const each = sql`json_each(${text}) AS piece`
  const free = sql`(SELECT ${inventory.quantity} FROM ${inventory} WHERE ${lineOf(projectId)})`
  const isShort = sql`${of('quantity')} > coalesce(${free}, 0)`
  const [[short], , , [row]] = await db.batch([
    db
      .select({ userId: sql<string>`${of('userId')}` })
      .from(each)
      .where(isShort)
      .limit(1),
    db
      .insert(pieceHolds)
      .select(
        sql`SELECT ${projectId}, ${tradeId}, 'held', ${text}, ${now()}, NULL
          WHERE NOT EXISTS (SELECT 1 FROM ${each} WHERE ${isShort})`,
      )
      .onConflictDoNothing(),
    // Only the batch whose hold it is moves the pieces.
    db
      .update(inventory)
      .set({
        quantity: sql`${inventory.quantity} - ${of('quantity')}`,
        held: sql`${inventory.held} + ${of('quantity')}`,
      })
      .from(each)
      .where(and(sql`changes() > 0`, lineOf(projectId))),
    db.select().from(pieceHolds).where(isHold(trade)),
  ])
  return { row, short }
}

type Getting = { who: 'userId' | 'recipientId'; set: { quantity: SQL; held?: SQL } }

/** What the hold says, and not the line, is what somebody gets: the line may be gone. */
const getPieces = (db: DrizzleD1Database, trade: Trade, { who, set }: Getting) =>
  db
    .insert(inventory)
    .select(
      sql`SELECT ${trade.projectId}, ${of(who)}, ${of('itemId')}, ${of('quantity')}, 0
        FROM ${heldPieces} WHERE ${isHeld(trade)}`,
    )
    .onConflictDoUpdate({
      target: [inventory.projectId, inventory.userId, inventory.itemId],
      set,
    })

/** Gives each side what the other has set aside. */
export async function handOver(db: DrizzleD1Database, trade: Trade): Promise<void> {
  const [found] = await db.select().from(pieceHolds).where(isHold(trade))
  if (found?.state === 'given') return
  if (found?.state !== 'held') {
    throw new Error(`${trade.tradeId} is to be handed over, and nothing is held.`)
  }
  const { projectId } = trade
  const at = now()
  const [giver, other] = [...new Set(found.pieces.map(({ userId }) => userId))]
  const events = JSON.stringify(eventsOf(found, at))
  await db.batch([
    db
      .update(inventory)
      .set({ held: sql`${inventory.held} - ${of('quantity')}` })
      .from(heldPieces)
      .where(and(lineOf(projectId), isHeld(trade))),
    dropEmpty(db, { projectId, userId: giver ?? '' }),
    dropEmpty(db, { projectId, userId: other ?? '' }),
    getPieces(db, trade, {
      who: 'recipientId',
      set: { quantity: sql`${inventory.quantity} + excluded.quantity` },
    }),
    db.insert(outbox).select(
      sql`SELECT NULL, ${projectId}, event.value FROM ${pieceHolds}, json_each(${events}) AS event
          WHERE ${isHeld(trade)}`,
    ),
    db.update(pieceHolds).set({ state: 'given', endedAt: at }).where(isHeld(trade)),
  ])
}

const eventsOf = ({ id: tradeId, pieces }: PieceHoldRow, at: number) =>
  pieces.map((each) =>
    eventOf('shop.item.traded', { subject: tradeId, at, data: { tradeId, ...each } }),
  )

/** Makes what was set aside free again, and refuses what would set it aside later. */
export async function putBack(db: DrizzleD1Database, trade: Trade): Promise<void> {
  const { projectId, tradeId } = trade
  const at = now()
  const [, , , [after]] = await db.batch([
    db
      .insert(pieceHolds)
      .values({ projectId, id: tradeId, state: 'released', pieces: [], createdAt: at, endedAt: at })
      .onConflictDoNothing(),
    getPieces(db, trade, {
      who: 'userId',
      set: {
        quantity: sql`${inventory.quantity} + excluded.quantity`,
        held: sql`${inventory.held} - excluded.quantity`,
      },
    }),
    db.update(pieceHolds).set({ state: 'released', endedAt: at }).where(isHeld(trade)),
    db.select().from(pieceHolds).where(isHold(trade)),
  ])
  if (after?.state === 'given')
    throw new Error(`${tradeId} is to be put back, and was handed over.`)
}
