/** Adds a currency to the project. Its code is for ever. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { noteChange, sendNotes } from '@coinop/shared/audit'
import { now } from '@coinop/shared/clock'
import { isUniqueViolation } from '@coinop/shared/d1'
import { requestHash } from '@coinop/shared/hash'
import { once } from '@coinop/shared/idempotency'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { Currency, NewCurrency } from '../model.ts'
import { problem, problems } from '../problems.ts'
import { currencies } from '../schema.ts'

export const currenciesCreate = defineRoute({
  access: secretKey('wallet:write'),
  route: createRoute({
    operationId: 'currencies.create',
    method: 'post',
    path: '/v1/currencies',
    summary: 'Create a currency',
    request: { body: json(NewCurrency) },
    responses: {
      201: json(Currency, 'The currency'),
      ...problems('currency_exists', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const { projectId, actorId } = caller
    const currency = c.req.valid('json')
    const db = drizzle(c.env.WALLET_DB)
    const request = {
      db,
      projectId,
      actorId,
      key: c.get('idempotencyKey'),
      requestHash: requestHash('currencies.create', currency),
    }
    const { answer, replayed } = await once<Currency>(request, async (recordOf) => {
      const insert = db.insert(currencies).values({ projectId, ...currency, createdAt: now() })
      try {
        const note = { action: 'currencies.create', subject: currency.code }
        await db.batch([insert, noteChange(db, caller, note), ...(await recordOf(currency))])
      } catch (error) {
        throw isUniqueViolation(error, 'currencies') ? problem('currency_exists') : error
      }
      return currency
    })
    c.executionCtx.waitUntil(sendNotes(db, c.env.AUTH_AUDIT))
    if (replayed) c.header('idempotency-replayed', 'true')
    return c.json(answer, 201)
  },
})
