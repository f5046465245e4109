/** What a purchase or a use brings elsewhere: currency is paid here, once per effect; roles are done by Discord, which confirms. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import type { EventEnvelope } from '@coinop/shared/events'
import { derivedId } from '@coinop/shared/ids'
import { announce } from '@coinop/shared/outbox'
import { logError } from '@coinop/shared/log'
import { fail, ok, type Result } from '@coinop/shared/result'
import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import { type DrizzleD1Database, drizzle } from 'drizzle-orm/d1'
import { eventOf } from './events.ts'
import type { Effect } from './item-parts.ts'
import { type EffectRow, effects } from './schema.ts'

type EffectsEnv = Pick<ShopEnv, 'SHOP_DB' | 'WALLET_REWARDS'>
export type EffectRefusal = 'effect_not_found' | 'effect_closed'
export type Outcome = { state: 'done' } | { state: 'failed'; reason: string }

/** The key of its payment, too: the wallet pays once under it. */
export const effectId = ({ sourceId, position }: Pick<EffectRow, 'sourceId' | 'position'>) =>
  `${sourceId}/${position}`

export const toEffect = (row: EffectRow): Effect => ({
  id: effectId(row),
  kind: row.kind,
  currency: row.currency,
  amount: row.amount,
  roleId: row.roleId,
  state: row.state,
  reason: row.reason,
})

/** The effects of some orders or uses, by the id of each. */
export async function effectsOf(
  db: DrizzleD1Database,
  projectId: string,
  sourceIds: string[],
): Promise<(sourceId: string) => Effect[]> {
  // One parameter for all of them: D1 takes 100.
  const wanted = sql`(SELECT value FROM json_each(${JSON.stringify(sourceIds)}))`
  const rows = await db
    .select()
    .from(effects)
    .where(and(eq(effects.projectId, projectId), inArray(effects.sourceId, wanted)))
    .orderBy(asc(effects.sourceId), asc(effects.position))
  const bySource = Map.groupBy(rows, ({ sourceId }) => sourceId)
  return (sourceId) => (bySource.get(sourceId) ?? []).map(toEffect)
}

/** Pays what an order or a use owes. What the wallet cannot take now waits for the sweep. */
export async function payRewards(env: EffectsEnv, caller: Caller, sourceId: string): Promise<void> {
  const rows = await drizzle(env.SHOP_DB)
    .select()
    .from(effects)
    .where(
      and(
        eq(effects.projectId, caller.projectId),
        eq(effects.sourceId, sourceId),
        eq(effects.kind, 'currency'),
        eq(effects.state, 'pending'),
      ),
    )
  for (const row of rows) {
    try {
      await payReward(env, caller, row)
    } catch (error) {
      logError('shop', 'effects.reward', error, caller.requestId)
    }
  }
}

/** Pays once, however often it is called; throws when the wallet gives no verdict. */
export async function payReward(env: EffectsEnv, caller: Caller, row: EffectRow): Promise<void> {
  const paid = await env.WALLET_REWARDS.reward(caller, {
    walletId: row.userId,
    reference: effectId(row),
    currency: row.currency ?? '',
    amount: row.amount ?? 0,
    memo: `Of ${row.sourceId}`,
  })
  if (!paid.ok && !finalRefusals.has(paid.code)) {
    throw new Error(`The wallet answered ${paid.code} to the reward of ${effectId(row)}`)
  }
  const end = paid.ok ? { state: 'done' as const } : { state: 'failed' as const, reason: paid.code }
  await drizzle(env.SHOP_DB).update(effects).set(end).where(isPending(row))
}

/** Asked again, the wallet could only say the same, or pay what nobody expects any more. */
const finalRefusals = new Set<string>([
  'currency_not_found',
  'balance_limit_exceeded',
  'wallet_not_found',
])

type EffectKey = Pick<EffectRow, 'projectId' | 'sourceId' | 'position'>

const isEffect = ({ projectId, sourceId, position }: EffectKey) =>
  and(
    eq(effects.projectId, projectId),
    eq(effects.sourceId, sourceId),
    eq(effects.position, position),
  )
export const isPending = (key: EffectKey) => and(isEffect(key), eq(effects.state, 'pending'))

/** Rewards that are still owed, oldest first. */
export const pendingRewards = (db: DrizzleD1Database, limit: number) =>
  db
    .select()
    .from(effects)
    .where(and(eq(effects.kind, 'currency'), eq(effects.state, 'pending')))
    .orderBy(asc(effects.createdAt))
    .limit(limit)

/** Roles that Discord has still to grant or to revoke, those to be granted first, oldest first. */
export const pendingRoles = (db: DrizzleD1Database, limit: number) =>
  db
    .select()
    .from(effects)
    .where(and(inArray(effects.kind, ['role_grant', 'role_revoke']), eq(effects.state, 'pending')))
    .orderBy(asc(effects.kind), asc(effects.createdAt))
    .limit(limit)

export function keyOf(projectId: string, id: string): EffectKey {
  const [sourceId = '', position = ''] = id.split('/')
  return { projectId, sourceId, position: Number(position) }
}

/** Ends a role's effect, once; the same outcome again is the same answer. */
export async function confirmRole(
  db: DrizzleD1Database,
  projectId: string,
  confirmed: { id: string; outcome: Outcome },
): Promise<Result<Effect, EffectRefusal>> {
  const { id, outcome } = confirmed
  const key = keyOf(projectId, id)
  const [row] = await db.select().from(effects).where(isEffect(key))
  if (!row || row.kind === 'currency') return fail('effect_not_found')
  if (row.state !== 'pending') {
    return row.state === outcome.state ? ok(toEffect(row)) : fail('effect_closed')
  }
  const ended = { ...outcome, dueAt: null }
  const changed = db.update(effects).set(ended).where(isPending(key)).returning()
  const announced = outcome.state === 'done' ? [announce(db, projectId, roleEvent(row))] : []
  const [[after]] = await db.batch([changed, ...announced])
  return after ? ok(toEffect(after)) : confirmRole(db, projectId, confirmed)
}

/** Its id follows from the effect, so that two confirmations at once are one event in the log. */
function roleEvent(row: EffectRow): EventEnvelope {
  const { projectId, sourceId, userId, roleId, createdAt } = row
  const subject = effectId(row)
  return eventOf(row.kind === 'role_grant' ? 'shop.role.granted' : 'shop.role.revoked', {
    subject,
    at: now(),
    data: { effectId: subject, sourceId, userId, roleId: roleId ?? '' },
    id: derivedId('evt', createdAt, `${projectId}/${subject}`),
  })
}
