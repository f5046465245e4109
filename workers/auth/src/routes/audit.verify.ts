/** Whether the audit log is as it was written: follows the chain of its entries. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { verifyAudit } from '../audit.ts'
import { defineRoute } from '../env.ts'
import { problems } from '../problems.ts'
import { tenantOf } from '../tenant-changes.ts'

const AuditVerification = z
  .strictObject({
    valid: z.boolean(),
    checked: z.int(),
    verifiedTo: z.int().openapi({ description: 'The last entry that is as it was written' }),
    brokenAt: z.int().nullable().openapi({ description: 'The first entry that is not' }),
    hasMore: z.boolean().openapi({ description: 'Then go on with `after` = `verifiedTo`' }),
  })
  .openapi('AuditVerification')

export const auditVerify = defineRoute({
  access: tenantMember('audit:read'),
  route: createRoute({
    operationId: 'audit.verify',
    method: 'get',
    path: '/v1/audit/verify',
    summary: 'Verify the audit log',
    description:
      'Finds an entry that was changed, removed or put in between; not that the newest ones are missing.',
    request: { query: z.strictObject({ after: z.coerce.number().int().min(0).default(0) }) },
    responses: { 200: json(AuditVerification, 'What was found'), ...problems() },
  }),
  handler: async (c) => {
    const { after } = c.req.valid('query')
    return c.json(await verifyAudit(c.env, tenantOf(c.get('caller')), after), 200)
  },
})
