/** Invites somebody into the tenant. Whoever shows the token within seven days becomes the member. */
import { createRoute } from '@hono/zod-openapi'
import { tenantMember } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { json } from '@coinop/shared/route'
import { and, eq } from 'drizzle-orm'
import { defineRoute } from '../env.ts'
import { inviteHashOf, inviteMilliseconds, isMember, newInviteToken } from '../members.ts'
import { problem, problems } from '../problems.ts'
import { members } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { Invitation, membersMax, NewInvitation, toMember } from '../tenant-model.ts'

export const membersInvite = defineRoute({
  access: tenantMember('members:write'),
  route: createRoute({
    operationId: 'members.invite',
    method: 'post',
    path: '/v1/members/invite',
    summary: 'Invite a member',
    description: 'Inviting the same address again makes a new token and ends the old one.',
    request: { body: json(NewInvitation) },
    responses: {
      201: json(Invitation, 'The invited member and the token'),
      ...problems('member_exists', 'limit_reached', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const input = c.req.valid('json')
    const { email, role } = input
    const caller = c.get('caller')
    const tenantId = tenantOf(caller)
    if (role === 'owner' && caller.member?.role !== 'owner') {
      throw problem('forbidden', 'Only an owner may invite an owner.')
    }
    const answer = await changeOnce<Invitation>(c, input, async (db) => {
      const [known] = await db
        .select()
        .from(members)
        .where(and(eq(members.tenantId, tenantId), eq(members.email, email)))
      if (known && known.joinedAt !== null) throw problem('member_exists')
      const count = await db.$count(members, eq(members.tenantId, tenantId))
      if (!known && count >= membersMax) throw problem('limit_reached')
      const token = newInviteToken()
      const at = now()
      const row = {
        tenantId,
        id: known?.id ?? newId('mem'),
        email,
        role,
        createdAt: known?.createdAt ?? at,
        joinedAt: null,
        inviteHash: inviteHashOf(token),
        inviteExpiresAt: at + inviteMilliseconds,
      }
      const statement = known
        ? db.update(members).set(row).where(isMember(tenantId, known.id))
        : db.insert(members).values(row)
      return {
        answer: { member: toMember(row), token },
        statements: [statement],
        subject: row.id,
      }
    })
    return c.json(answer, 201)
  },
})
