/** Usage by day: what the roll-up has, a minute or so behind. */
import { createRoute, z } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { readDays } from '../daily-usage.ts'
import { defineRoute } from '../env.ts'
import { DailyUsageList } from '../model.ts'
import { dayOf } from '../periods.ts'
import { problems } from '../problems.ts'

export const dailyUsageList = defineRoute({
  access: secretKey('billing:read'),
  route: createRoute({
    operationId: 'daily-usage.list',
    method: 'get',
    path: '/v1/usage/days',
    summary: 'List the usage by day, newest first',
    request: {
      query: z.strictObject({ days: z.coerce.number().int().min(1).max(92).default(31) }),
    },
    responses: { 200: json(DailyUsageList, 'Days with usage'), ...problems() },
  }),
  handler: async (c) => {
    const { days } = c.req.valid('query')
    const since = dayOf(now() - (days - 1) * 86_400_000)
    const rows = await readDays(c.env.BILLING_DB, c.get('caller').projectId, since)
    const data = [...Map.groupBy(rows, ({ day }) => day)].map(([day, ofDay]) => {
      const counts = ofDay.map((row) => [row.class, row.operations])
      return { day, operations: { read: 0, write: 0, money: 0, ...Object.fromEntries(counts) } }
    })
    return c.json({ data }, 200)
  },
})
