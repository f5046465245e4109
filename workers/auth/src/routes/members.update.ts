/** Changes the role of a member. It counts from the next request on. */
import { createRoute, z } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { json } from '@coinop/shared/route'
import { defineRoute } from '../env.ts'
import { findMember, hasOtherOwner, isMember } from '../members.ts'
import { problem, problems } from '../problems.ts'
import { members } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { Member, MemberId, MemberPatch, toMember } from '../tenant-model.ts'

export const membersUpdate = defineRoute({
  access: tenantMember('members:write'),
  route: createRoute({
    operationId: 'members.update',
    method: 'patch',
    path: '/v1/members/{memberId}',
    summary: "Change a member's role",
    description: 'Only an owner makes or unmakes an owner.',
    request: { params: z.object({ memberId: MemberId }), body: json(MemberPatch) },
    responses: {
      200: json(Member, 'The member'),
      ...problems('not_found', 'last_owner', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { memberId } = c.req.valid('param')
    const { role } = c.req.valid('json')
    const caller = c.get('caller')
    const tenantId = tenantOf(caller)
    const answer = await changeOnce<Member>(c, { memberId, role }, async (db) => {
      const known = await findMember(db, tenantId, memberId)
      if (!known) throw problem('not_found')
      const isAboutOwner = role === 'owner' || known.role === 'owner'
      if (isAboutOwner && caller.member?.role !== 'owner') {
        throw problem('forbidden', 'Only an owner may make or unmake an owner.')
      }
      if (role !== 'owner' && known.role === 'owner') {
        if (!(await hasOtherOwner(db, tenantId, memberId))) throw problem('last_owner')
      }
      return {
        answer: toMember({ ...known, role }),
        statements: [db.update(members).set({ role }).where(isMember(tenantId, memberId))],
        subject: memberId,
      }
    })
    return c.json(answer, 200)
  },
})
