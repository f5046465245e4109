/** The tenant of the member who asks, and what they may do in it. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { permissionsOf } from '@coinop/shared/roles'
import { json } from '@coinop/shared/route'
import { drizzle } from 'drizzle-orm/d1'
import { defineRoute } from '../env.ts'
import { findMember, findTenant } from '../members.ts'
import { problem, problems } from '../problems.ts'
import { tenantOf } from '../tenant-changes.ts'
import { OwnTenant, toMember, toTenant } from '../tenant-model.ts'

export const tenantsMe = defineRoute({
  access: tenantMember('tenant:read'),
  route: createRoute({
    operationId: 'tenants.me',
    method: 'get',
    path: '/v1/tenants/me',
    summary: 'Get your tenant',
    responses: { 200: json(OwnTenant, 'The tenant, and you in it'), ...problems('not_found') },
  }),
  handler: async (c) => {
    const caller = c.get('caller')
    const db = drizzle(c.env.AUTH_DB)
    const tenant = await findTenant(db, tenantOf(caller))
    const member = tenant && (await findMember(db, tenant.id, caller.actorId))
    if (!member) throw problem('not_found')
    const permissions = permissionsOf(member.role)
    return c.json({ ...toTenant(tenant), member: toMember(member), permissions }, 200)
  },
})
