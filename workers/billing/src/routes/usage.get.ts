/** What the project has used of its quota in this month. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { isoTime, now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Usage } from '../model.ts'
import { monthBounds } from '../periods.ts'
import { planNamed, plans } from '../plans.ts'
import { problems } from '../problems.ts'

export const usageGet = defineRoute({
  access: secretKey('billing:read'),
  route: createRoute({
    operationId: 'usage.get',
    method: 'get',
    path: '/v1/usage',
    summary: 'Get the usage of this month',
    responses: { 200: json(Usage, 'Usage by class of operation'), ...problems() },
  }),
  handler: async (c) => {
    const { projectId, plan } = c.get('caller')
    const { startsAt, endsAt } = monthBounds(now())
    const used = await c.env.METERS.getByName(projectId).used()
    const limits = plans[planNamed(plan)].operationsPerMonth
    const axis = (name: keyof typeof limits) => {
      const [count, limit] = [used[name], limits[name]]
      return { used: count, limit, remaining: Math.max(0, limit - count) }
    }
    const operations = { read: axis('read'), write: axis('write'), money: axis('money') }
    return c.json({ startsAt: isoTime(startsAt), resetsAt: isoTime(endsAt), operations }, 200)
  },
})
