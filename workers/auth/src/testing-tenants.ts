/** What the tests of tenants share: a tenant of one's own, its members, and what every route of members refuses. */
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import type { Role } from '@coinop/shared/roles'
import type { Route } from '@coinop/shared/route'
import {
  anonymous,
  call,
  member,
  player,
  secretKeyWith,
  testProject,
  testTenant,
} from '@coinop/shared/testing'
import { asc, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { auditEntries, members, projects, tenants } from './schema.ts'
import { database, newAddress, refused } from './testing.ts'

/** A tenant with a project; `as` is a member of it who names that project. */
export async function newTenant(plan = 'free') {
  const tenantId = newId('ten')
  const projectId = await insertProject(tenantId, 'test', plan)
  await database.insert(tenants).values({ id: tenantId, name: 'Ada Games', createdAt: now() })
  const as = (role: Role, actorId = newId('mem')) =>
    member(role, { actorId, projectId, member: { tenantId, role } })
  return { tenantId, projectId, as, owner: as('owner') }
}

export async function insertProject(
  tenantId: string,
  environment: 'live' | 'test' = 'test',
  plan = 'free',
) {
  const id = newId('prj')
  const row = { id, tenantId, name: 'Space Miner', environment, plan, createdAt: now() }
  await database.insert(projects).values(row)
  return id
}

/** The project that callers have unless told otherwise, of a tenant that nobody is in. */
export async function ownTestProject() {
  const tenant = { tenantId: testTenant, name: 'Test', environment: 'test' as const, plan: 'free' }
  await database.insert(projects).values({ ...tenant, id: testProject, createdAt: now() })
}

/** Somebody who has joined, without a password. */
export async function insertMember(tenantId: string, role: Role) {
  const row = {
    tenantId,
    id: newId('mem'),
    email: newAddress(),
    role,
    createdAt: now(),
    joinedAt: now(),
  }
  await database.insert(members).values(row)
  return row
}

/** The audit log of a tenant, oldest first. */
export const auditOf = (tenantId: string) =>
  database
    .select()
    .from(auditEntries)
    .where(eq(auditEntries.tenantId, tenantId))
    .orderBy(asc(auditEntries.sequence))

export const memberRows = (tenantId: string) =>
  database.select().from(members).where(eq(members.tenantId, tenantId))

type Input = Parameters<typeof call>[1]

/** Tests that a route is for members only, and only for those with one of the roles that may. */
export function testGuards(route: Route, input: Input, tooLow: Role[]) {
  test('401 unauthenticated without a credential, 403 forbidden for keys and players', async () => {
    const { as } = await newTenant()
    const none = await call(route, { ...input, caller: anonymous() })
    expect(none).toMatchObject(refused(401, 'unauthenticated'))
    for (const caller of [secretKeyWith('users:read'), player('usr_x')]) {
      expect(await call(route, { ...input, caller })).toMatchObject(refused(403, 'forbidden'))
    }
    for (const role of tooLow) {
      const answer = await call(route, { ...input, caller: as(role) })
      expect(answer).toMatchObject(refused(403, 'forbidden'))
    }
  })
}
