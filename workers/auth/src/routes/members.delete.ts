/** Removes a member, or takes an invitation back. Their sessions end at once. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { defineRoute } from '../env.ts'
import { findMember, hasOtherOwner, removal } from '../members.ts'
import { problem, problems } from '../problems.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { MemberId } from '../tenant-model.ts'

export const membersDelete = defineRoute({
  access: tenantMember('members:write'),
  route: createRoute({
    operationId: 'members.delete',
    method: 'delete',
    path: '/v1/members/{memberId}',
    summary: 'Remove a member',
    description: 'Only an owner removes an owner.',
    request: { params: z.object({ memberId: MemberId }) },
    responses: {
      204: { description: 'They are no member any more' },
      ...problems('not_found', 'last_owner', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { memberId } = c.req.valid('param')
    const caller = c.get('caller')
    const tenantId = tenantOf(caller)
    await changeOnce<null>(c, { memberId }, async (db) => {
      const known = await findMember(db, tenantId, memberId)
      if (!known) throw problem('not_found')
      if (known.role === 'owner') {
        if (caller.member?.role !== 'owner') {
          throw problem('forbidden', 'Only an owner may remove an owner.')
        }
        const invited = known.joinedAt === null
        if (!invited && !(await hasOtherOwner(db, tenantId, memberId))) throw problem('last_owner')
      }
      const statements = removal(db, tenantId, memberId)
      return { answer: null, statements, subject: memberId }
    })
    return c.body(null, 204)
  },
})
