/** Begins a trade with another player. Nothing is held until both have confirmed. */
import { createRoute } from '@hono/zod-openapi'
import { playerOrSecretKey, subjectOf } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { newId } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { problem, problems } from '../problems.ts'
import { NewTrade, toTrade, Trade } from '../trade-model.ts'
import { isNoPlace, keepPlace } from '../trade-projection.ts'
import { beginTrade, mayTrade, tradesMax } from '../trades.ts'

export const tradesCreate = defineRoute({
  access: playerOrSecretKey('wallet:write'),
  idempotency: 'required',
  route: createRoute({
    operationId: 'trades.create',
    method: 'post',
    path: '/v1/trades',
    summary: 'Begin a trade with another player',
    request: { body: json(NewTrade) },
    responses: {
      201: json(Trade, 'The trade'),
      ...problems(
        'not_found',
        'partner_not_found',
        'trade_with_self',
        'too_many_trades',
        'currency_not_found',
        'currency_not_transferable',
        'item_not_found',
        'idempotency_conflict',
        'idempotency_key_required',
      ),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { offer = { currencies: [] }, ...body } = c.req.valid('json')
    const order = { ...body, offer, userId: subjectOf(caller, body.userId, '/body/userId') }
    const db = drizzle(c.env.WALLET_DB)
    const { projectId, actorId } = caller
    const key = c.get('idempotencyKey')
    const request = {
      db,
      projectId,
      actorId,
      key,
      requestHash: requestHash('trades.create', order),
    }
    // The key has its trade before the trade is there, so that a second try begins the same one.
    const { answer: id } = await once<string>(request, async (recordOf) => {
      const allowed = await mayTrade(c.env, caller, order)
      if (!allowed.ok) throw problem(allowed.code)
      const chosen = newId('trd')
      const [record] = await recordOf(chosen)
      const { userId, partnerId, expiresInSeconds } = order
      const createdAt = now()
      const expiresAt = createdAt + expiresInSeconds * 1_000
      const place = { projectId, userId, tradeId: chosen, partnerId, createdAt, expiresAt }
      await db.batch([keepPlace(db, place, tradesMax), record!]).catch((error: unknown) => {
        throw isNoPlace(error) ? problem('too_many_trades') : error
      })
      return chosen
    })
    const begun = await beginTrade(c.env, caller, id, order)
    if (begun.replayed) c.header('idempotency-replayed', 'true')
    return c.json(toTrade(begun.trade, now()), 201)
  },
})
