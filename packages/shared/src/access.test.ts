import { describe, expect, test } from 'vitest'
import {
  anyKey,
  anyone,
  anyoneInProject,
  enforceAccess,
  forMoney,
  memberWith,
  permissionFor,
  playerOrSecretKey,
  scopes,
  secretKey,
  tenantMember,
} from './access.ts'
import { type Caller, systemCaller } from './caller.ts'
import { type Permission, permissions, permissionsOf, type Role, roles } from './roles.ts'

const projectId = 'prj_01k9x6c3v5t8r2m4n7p0q1s2w3'
const tenantId = 'ten_01k9x6c3v5t8r2m4n7p0q1s2w3'
const member = (role: Role, inProject = projectId): Caller => ({
  ...systemCaller(inProject),
  kind: 'member',
  member: { tenantId, role },
})
const all = Object.keys(permissions) as Permission[]

describe('enforceAccess for members', () => {
  test('lets in exactly the roles that the table names', () => {
    for (const permission of all) {
      for (const role of roles) {
        const enter = () => enforceAccess(memberWith(permission), member(role))
        if (permissionsOf(role).includes(permission)) expect(enter).not.toThrow()
        else expect(enter, `${role} ${permission}`).toThrow(/Your role may not do this/)
      }
    }
  })

  test('a higher role may do all that a lower one may', () => {
    const [owner, admin, developer, viewer] = roles.map((role) => new Set(permissionsOf(role)))
    expect(owner!.isSupersetOf(admin!)).toBe(true)
    expect(admin!.isSupersetOf(developer!)).toBe(true)
    expect(developer!.isSupersetOf(viewer!)).toBe(true)
  })

  test('a member without a project is let in only where the whole tenant is meant', () => {
    const nowhere = member('owner', '')
    expect(() => enforceAccess(memberWith('keys:write'), nowhere)).toThrow('invalid_request')
    expect(() => enforceAccess(tenantMember('tenant:read'), nowhere)).not.toThrow()
    expect(() => enforceAccess(anyone, nowhere)).not.toThrow()
  })

  test('a caller that says to be a member and of no tenant, and an operation for keys, are refused', () => {
    const { member: _, ...nobody } = member('owner')
    expect(() => enforceAccess(tenantMember('tenant:read'), nobody)).toThrow()
    expect(() => enforceAccess(anyKey, member('owner'))).toThrow()
    expect(() => enforceAccess(secretKey('users:read'), nobody)).toThrow()
    const openByMistake = { kinds: ['member'] } as const
    expect(() => enforceAccess(openByMistake, member('owner'))).toThrow()
  })
})

describe('members where a secret key may', () => {
  const rolesIn = (access: Parameters<typeof enforceAccess>[0]) =>
    roles.filter((role) => {
      try {
        enforceAccess(access, member(role))
        return true
      } catch {
        return false
      }
    })

  test('every role reads, developers define, and only admins and owners move money', () => {
    expect(rolesIn(anyoneInProject)).toEqual(['owner', 'admin', 'developer', 'viewer'])
    expect(rolesIn(secretKey('events:read'))).toEqual(['owner', 'admin', 'developer', 'viewer'])
    expect(rolesIn(secretKey('shop:write'))).toEqual(['owner', 'admin', 'developer'])
    expect(rolesIn(forMoney(playerOrSecretKey('shop:write')))).toEqual(['owner', 'admin'])
    expect(rolesIn(playerOrSecretKey('games:play'))).toEqual(['owner', 'admin'])
  })

  test('no scope that writes is open to viewers, and forMoney never opens anything', () => {
    for (const scope of scopes) {
      const role = permissionFor(scope) === 'project:read'
      expect(role, scope).toBe(scope.endsWith(':read'))
      const [before, after] = [rolesIn(secretKey(scope)), rolesIn(forMoney(secretKey(scope)))]
      expect(after.every((each) => before.includes(each))).toBe(true)
    }
  })

  test('a member without a project is asked for one', () => {
    const nowhere = member('owner', '')
    expect(() => enforceAccess(secretKey('users:read'), nowhere)).toThrow('invalid_request')
  })
})
