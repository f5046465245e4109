/** How a member's session begins, however they have shown who they are: it is in the audit log of their tenant. */
import type { Caller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import type { Statement } from '@coinop/shared/idempotency'
import { audited } from './audit.ts'
import { userIdOf } from './model.ts'
import { openSession } from './sessions.ts'
import {
  type MemberRow,
  type MemberSignedIn,
  type TenantRow,
  toMember,
  toTenant,
} from './tenant-model.ts'

type Login = { member: MemberRow; tenant: TenantRow; caller: Caller; action: string }

export function openMemberSession(
  env: AuthEnv,
  { member, tenant, caller, action }: Login,
  recordOf: (answer: MemberSignedIn) => Promise<Statement[]>,
): Promise<MemberSignedIn> {
  const { id: tenantId } = tenant
  const owner = { projectId: tenantId, userId: userIdOf(member.id) }
  const decide: Parameters<typeof audited<MemberSignedIn>>[2] = async () => {
    const { pair, statements } = await openSession(env, owner, now())
    const answer = { tenant: toTenant(tenant), member: toMember(member), ...pair }
    return { answer, statements, subject: member.id, actorId: member.id }
  }
  return audited(env, { tenantId, caller, action }, decide, recordOf)
}
