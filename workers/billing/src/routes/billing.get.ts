/** The plan of the project, and its limits. */
import { createRoute } from '@hono/zod-openapi'
import { secretKey } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { Billing } from '../model.ts'
import { addressRequestsPerMinute, planNamed, plans } from '../plans.ts'
import { problems } from '../problems.ts'

export const billingGet = defineRoute({
  access: secretKey('billing:read'),
  route: createRoute({
    operationId: 'billing.get',
    method: 'get',
    path: '/v1/billing',
    summary: 'Get the plan and its limits',
    responses: { 200: json(Billing, 'The plan'), ...problems() },
  }),
  handler: (c) => {
    const plan = planNamed(c.get('caller').plan)
    const { requestsPerMinute, countsMax, ...others } = plans[plan]
    const limits = {
      requestsPerMinute: { ...requestsPerMinute, address: addressRequestsPerMinute },
      ...countsMax,
      ...others,
    }
    return c.json({ plan, limits }, 200)
  },
})
