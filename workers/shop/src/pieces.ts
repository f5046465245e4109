/** Statements that move pieces in and out of inventories, and note what else is owed; each for a record that stands in the database. */
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import type { EventEnvelope } from '@coinop/shared/events'
import { effects, inventory, moves, orders, outbox } from './schema.ts'

/** The record that says what is granted, and to whom. */
const sources = {
  order: { table: orders, ownerId: orders.userId },
  move: { table: moves, ownerId: moves.recipientId },
}
export type Source = keyof typeof sources

/** Adds the record's `grants` to the inventory of its owner, if the record is there and meets the condition. */
export function grantPieces(db: DrizzleD1Database, source: Source, condition: SQL | undefined) {
  const { table, ownerId } = sources[source]
  return db
    .insert(inventory)
    .select(
      sql`SELECT ${table.projectId}, ${ownerId}, json_extract(piece.value, '$.itemId'), json_extract(piece.value, '$.quantity'), 0
        FROM ${table}, json_each(${table.grants}) AS piece WHERE ${condition}`,
    )
    .onConflictDoUpdate({
      target: [inventory.projectId, inventory.userId, inventory.itemId],
      set: { quantity: sql`${inventory.quantity} + excluded.quantity` },
    })
}

/** Whoever begins a purchase on Discord gives its role at once; the sweep is for what that did not reach. */
const firstTryMilliseconds = 60_000

/** Notes what the record brings outside of this database, numbered 1, 2, 3. */
export function noteEffects(
  db: DrizzleD1Database,
  source: Source,
  { condition, at }: { condition: SQL | undefined; at: number },
) {
  const { table, ownerId } = sources[source]
  const of = (name: string) => sql.raw(`json_extract(effect.value, '$.${name}')`)
  return db.insert(effects).select(
    sql`SELECT ${table.projectId}, ${table.id}, effect.key + 1, ${ownerId}, ${of('kind')}, ${of('currency')},
        ${of('amount')}, ${of('roleId')}, 'pending', NULL, ${at}, ${of('place')}, 0,
        iif(${of('place')} IS NULL, NULL, ${at + firstTryMilliseconds})
      FROM ${table}, json_each(${table.effects}) AS effect WHERE ${condition}`,
  )
}

/** `isTold`: the log has it. */
export type Announced = { event: EventEnvelope; isTold?: boolean }

/** Puts an event into the outbox if the record meets the condition, unless the log was told of it already. */
export function announceIf(
  db: DrizzleD1Database,
  source: Source,
  { condition, event, isTold = false }: Announced & { condition: SQL | undefined },
) {
  const { table } = sources[source]
  return db
    .insert(outbox)
    .select(
      sql`SELECT NULL, ${table.projectId}, ${JSON.stringify(event)} FROM ${table} WHERE ${isTold ? sql`0` : condition}`,
    )
}

type Owner = { projectId: string; userId: string }

/** Forgets the lines of items of which nothing is left. */
export const dropEmpty = (db: DrizzleD1Database, { projectId, userId }: Owner) =>
  db
    .delete(inventory)
    .where(
      and(
        eq(inventory.projectId, projectId),
        eq(inventory.userId, userId),
        eq(inventory.quantity, 0),
        eq(inventory.held, 0),
      ),
    )
