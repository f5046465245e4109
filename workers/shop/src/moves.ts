/** Pieces leave an inventory: used up, or given to another user. Each is one batch, once per key. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { newId } from '@coinop/shared/ids'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, eq, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { findProduct } from './catalogue.ts'
import { payRewards } from './effects.ts'
import { eventOf } from './events.ts'
import { effectsAt, type NewEffect, type Pieces, type Place, Quantity } from './item-parts.ts'
import { announceIf, dropEmpty, grantPieces, noteEffects } from './pieces.ts'
import { broughtBy } from './purchase-rules.ts'
import { inventory, type MoveRow, moves } from './schema.ts'

type MovesEnv = Pick<ShopEnv, 'SHOP_DB' | 'WALLET_REWARDS' | 'PLAYERS'>
/** `key` is unique among the user's uses and gifts, for ever. */
export type Move = {
  userId: string
  itemId: string
  quantity: number
  key: string
  /** Where at Discord it happens, for the roles that it brings. */
  place?: Place | undefined
}
export type Gift = Move & { to: string }
export type Moved = { move: MoveRow; replayed: boolean }

type MoveRefusal = 'item_not_found' | 'pieces_missing' | 'idempotency_conflict'
export type UseRefusal = MoveRefusal | 'item_not_usable' | 'total_limit_exceeded'
export type GiftRefusal = MoveRefusal | 'receiver_not_found' | 'same_user'

/** Uses pieces up and runs the actions of the item for each of them. */
export async function useItem(
  env: MovesEnv,
  caller: Caller,
  wanted: Move,
): Promise<Result<Moved, UseRefusal>> {
  const db = drizzle(env.SHOP_DB)
  const { itemId, quantity } = wanted
  const request = requestOf(caller, 'use', wanted, [itemId, quantity])
  const earlier = await findMove(db, request)
  if (earlier) return replay(env, caller, earlier, request)
  const product = await findProduct(db, { projectId: caller.projectId, id: itemId })
  if (!product) return fail('item_not_found')
  if (product.onUse === null) return fail('item_not_usable')
  const brought = broughtBy(product.onUse, quantity)
  if (!brought) return fail('total_limit_exceeded')
  const use = {
    kind: 'use' as const,
    recipientId: wanted.userId,
    itemName: product.name,
    grants: brought.grants,
    effects: effectsAt(brought.effects, wanted.place),
  }
  const row = await move(db, request, use)
  if (!row) return fail('pieces_missing')
  return replay(env, caller, row, request)
}

/** Hands pieces over to another user of the project. */
export async function giveItem(
  env: MovesEnv,
  caller: Caller,
  wanted: Gift,
): Promise<Result<Moved, GiftRefusal>> {
  const db = drizzle(env.SHOP_DB)
  const { itemId, quantity, to, userId } = wanted
  if (to === userId) return fail('same_user')
  const request = requestOf(caller, 'gft', wanted, [itemId, quantity, to])
  const earlier = await findMove(db, request)
  if (earlier) return replay(env, caller, earlier, request)
  const product = await findProduct(db, { projectId: caller.projectId, id: itemId })
  if (!product) return fail('item_not_found')
  if (!(await ask('auth', async () => env.PLAYERS.exists(caller, to)))) {
    return fail('receiver_not_found')
  }
  const grants = [{ itemId, quantity }]
  const gift = {
    kind: 'gift' as const,
    recipientId: to,
    itemName: product.name,
    grants,
    effects: [],
  }
  const row = await move(db, request, gift)
  if (!row) return fail('pieces_missing')
  return replay(env, caller, row, request)
}

/** `id` is the move's, if the key has none. */
type Request = Move & { id: string; projectId: string; requestHash: string }

function requestOf(caller: Caller, prefix: 'use' | 'gft', wanted: Move, hashed: unknown): Request {
  const { userId, itemId, quantity } = wanted
  if (!Quantity.safeParse(quantity).success) throw new RangeError(`Not a quantity: ${quantity}`)
  return {
    id: newId(prefix),
    projectId: caller.projectId,
    userId,
    itemId,
    quantity,
    key: `${caller.kind}:${wanted.key}`,
    requestHash: requestHash(`inventory.${prefix}`, hashed),
  }
}

async function replay(
  env: MovesEnv,
  caller: Caller,
  row: MoveRow,
  { id, requestHash: hash }: Request,
): Promise<Result<Moved, 'idempotency_conflict'>> {
  if (row.requestHash !== hash) return fail('idempotency_conflict')
  if (row.effects.length > 0) await payRewards(env, caller, row.id)
  return ok({ move: row, replayed: row.id !== id })
}

const hasKey = ({ projectId, userId, key }: Request) =>
  and(eq(moves.projectId, projectId), eq(moves.userId, userId), eq(moves.idempotencyKey, key))

async function findMove(db: DrizzleD1Database, request: Request): Promise<MoveRow | undefined> {
  const [row] = await db.select().from(moves).where(hasKey(request))
  return row
}

type Brought = Pick<MoveRow, 'kind' | 'recipientId' | 'itemName'> & {
  grants: Pieces[]
  effects: NewEffect[]
}

/** The move of the key; undefined when the pieces are not there. */
async function move(
  db: DrizzleD1Database,
  request: Request,
  brought: Brought,
): Promise<MoveRow | undefined> {
  const at = now()
  const { id, projectId, userId, itemId, quantity } = request
  const isPiece = and(
    eq(inventory.projectId, projectId),
    eq(inventory.userId, userId),
    eq(inventory.itemId, itemId),
  )
  // The id is new: if the move is there, the first statement made it.
  const condition = and(eq(moves.projectId, projectId), eq(moves.id, id))
  const isThere = sql`EXISTS (SELECT 1 FROM ${moves} WHERE ${condition})`
  const event = eventFor({ ...request, ...brought, at })
  const [, , , , , , [row]] = await db.batch([
    openMove(db, { ...request, ...brought, at }),
    db
      .update(inventory)
      .set({ quantity: sql`${inventory.quantity} - ${quantity}` })
      .where(and(isPiece, isThere)),
    dropEmpty(db, request),
    grantPieces(db, 'move', condition),
    noteEffects(db, 'move', { condition, at }),
    announceIf(db, 'move', { condition, event }),
    db.select().from(moves).where(hasKey(request)),
  ])
  return row
}

type Opening = Request & Brought & { at: number }

/** Inserts the move unless the key has one or the pieces are not there. */
const openMove = (db: DrizzleD1Database, opening: Opening) =>
  db
    .insert(moves)
    .select((query) =>
      query
        .select({
          projectId: inventory.projectId,
          id: sql<string>`${opening.id}`.as('id'),
          kind: sql<'use' | 'gift'>`${opening.kind}`.as('kind'),
          userId: inventory.userId,
          recipientId: sql<string>`${opening.recipientId}`.as('recipient_id'),
          itemId: inventory.itemId,
          itemName: sql<string>`${opening.itemName}`.as('item_name'),
          quantity: sql<number>`${opening.quantity}`.as('quantity'),
          grants: sql<Pieces[]>`${JSON.stringify(opening.grants)}`.as('grants'),
          effects: sql<NewEffect[]>`${JSON.stringify(opening.effects)}`.as('effects'),
          idempotencyKey: sql<string>`${opening.key}`.as('idempotency_key'),
          requestHash: sql<string>`${opening.requestHash}`.as('request_hash'),
          createdAt: sql<number>`${opening.at}`.as('created_at'),
        })
        .from(inventory)
        .where(
          and(
            eq(inventory.projectId, opening.projectId),
            eq(inventory.userId, opening.userId),
            eq(inventory.itemId, opening.itemId),
            sql`${inventory.quantity} >= ${opening.quantity}`,
          ),
        ),
    )
    .onConflictDoNothing({ target: [moves.projectId, moves.userId, moves.idempotencyKey] })

function eventFor({ id, at, kind, userId, recipientId, itemId, itemName, quantity }: Opening) {
  const facts = { userId, itemId, itemName, quantity }
  return kind === 'use'
    ? eventOf('shop.item.used', { subject: id, at, data: { useId: id, ...facts } })
    : eventOf('shop.item.given', { subject: id, at, data: { giftId: id, recipientId, ...facts } })
}
