/** Which callers may use an operation: declared once per route, enforced by `createApp`, published in the contract. */
import type { ActorKind, Caller } from './caller.ts'
import { invalidField, Problem } from './problem.ts'
import { mayDo, type Permission, permissions } from './roles.ts'

/** What a secret API key can be allowed to do. */
export const scopes = [
  'users:read',
  'users:write',
  'wallet:read',
  'wallet:write',
  'shop:read',
  'shop:write',
  'games:read',
  'games:play',
  'games:write',
  'events:read',
  'billing:read',
  'leaderboards:write',
  'scores:write',
] as const
export type Scope = (typeof scopes)[number]

/** What a member needs where a secret key needs this scope. Where money moves, `forMoney` asks for more. */
export function permissionFor(scope: Scope): Permission {
  if (scope === 'games:play') return 'money:write'
  return scope.endsWith(':read') ? 'project:read' : 'project:write'
}

/**
 * `scope` is asked of secret keys, `permission` of members: what a player or a publishable key may do follows from its
 * kind. A member names a project, except where an operation is about the whole tenant.
 */
export type Access = {
  kinds: readonly ActorKind[]
  scope?: Scope
  permission?: Permission
  wholeTenant?: boolean
}

export const anyone: Access = { kinds: ['anonymous', 'player', 'secret', 'publishable', 'member'] }
export const anyoneInProject: Access = {
  kinds: ['player', 'secret', 'publishable', 'member'],
  permission: 'project:read',
}
export const anyKey: Access = { kinds: ['secret', 'publishable'] }
export const playerOnly: Access = { kinds: ['player'] }
/** A server, or a member in a dashboard: whoever acts for the project as a whole. */
export const secretKey = (scope: Scope): Access => ({
  kinds: ['secret', 'member'],
  scope,
  permission: permissionFor(scope),
})
/** About the project that the member names. */
export const memberWith = (permission: Permission): Access => ({ kinds: ['member'], permission })
/** About the member's tenant as a whole. */
export const tenantMember = (permission: Permission): Access => ({
  ...memberWith(permission),
  wholeTenant: true,
})
export const playerOrSecretKey = (scope: Scope): Access => ({
  ...secretKey(scope),
  kinds: ['player', 'secret', 'member'],
})

/** The access of an operation that moves money or items: a role that may define things may not hand them out. */
export const forMoney = (access: Access): Access =>
  access.permission === 'project:write' ? { ...access, permission: 'money:write' } : access

/** Whether the caller acts for the project as a whole, and so sees what belongs to any player: a server, or a member. */
export const actsForProject = ({ kind }: Caller): boolean => kind === 'secret' || kind === 'member'

/** Throws `unauthenticated` or `forbidden` unless `caller` may use an operation with this access. */
export function enforceAccess(access: Access, caller: Caller): void {
  const { kinds, scope } = access
  if (!kinds.includes(caller.kind)) {
    if (caller.kind === 'anonymous') throw new Problem('unauthenticated')
    const detail = `A ${names[caller.kind]} may not do this; it takes ${describeKinds(kinds)}.`
    throw new Problem('forbidden', { detail })
  }
  if (scope && caller.kind === 'secret' && !caller.scopes.includes(scope)) {
    throw new Problem('forbidden', { detail: `The key lacks the scope ${scope}.` })
  }
  if (caller.kind === 'member') enforceMember(access, caller)
}

/** An operation that names no permission is closed to members, unless it is open to everybody. */
function enforceMember({ kinds, permission, wholeTenant }: Access, caller: Caller): void {
  if (kinds.includes('anonymous')) return
  if (!caller.member || !permission || !mayDo(caller.member.role, permission)) {
    const who = permission ? permissions[permission].join(' or ') : 'nobody'
    throw new Problem('forbidden', { detail: `Your role may not do this; it takes ${who}.` })
  }
  if (!wholeTenant && caller.projectId === '') {
    throw invalidField('/header/x-project-id', 'A member says here which project is meant.')
  }
}

/**
 * The user an operation is about: a player acts for themselves, a key or a member names somebody with `userId`.
 * A player who names anybody else is refused. `pointer` is where the id stands in the request.
 */
export function subjectOf(caller: Caller, userId: string | undefined, pointer: string): string {
  if (caller.kind === 'player') {
    if (userId !== undefined && userId !== caller.actorId) {
      throw new Problem('forbidden', { detail: 'A player may only act for themselves.' })
    }
    return caller.actorId
  }
  if (userId === undefined) throw invalidField(pointer, 'Required unless a player asks.')
  return userId
}

const names: Record<ActorKind, string> = {
  anonymous: 'request without a credential',
  player: 'player',
  secret: 'secret key',
  publishable: 'publishable key',
  member: 'member',
  system: 'system task',
}

/** "a player or a secret key", for messages and for the contract. */
export const describeKinds = (kinds: readonly ActorKind[]): string =>
  kinds.map((kind) => `a ${names[kind]}`).join(' or ')
