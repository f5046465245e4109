/** What a member of a tenant may do: one table, asked by `access.ts`. A higher role may do all that a lower one may. */

export const roles = ['owner', 'admin', 'developer', 'viewer'] as const
export type Role = (typeof roles)[number]

/** Who has each permission. */
export const permissions = {
  /** See the tenant, its members, projects and keys, but no secret. */
  'tenant:read': ['owner', 'admin', 'developer', 'viewer'],
  /** Make and change projects and their Discord applications. */
  'projects:write': ['owner', 'admin', 'developer'],
  /** Make, rotate and revoke API keys. */
  'keys:write': ['owner', 'admin', 'developer'],
  /** Invite, remove and promote; only an owner makes or unmakes an owner. */
  'members:write': ['owner', 'admin'],
  'audit:read': ['owner', 'admin'],
  /** See what is in a project: players, balances, orders, rounds, events, usage. */
  'project:read': ['owner', 'admin', 'developer', 'viewer'],
  /** Say what there is in a project, and who may play: currencies, items, rewards, users' state. */
  'project:write': ['owner', 'admin', 'developer'],
  /** Move money and items, and play, for a player. */
  'money:write': ['owner', 'admin'],
} as const satisfies Record<string, readonly Role[]>
export type Permission = keyof typeof permissions

export const mayDo = (role: Role, permission: Permission): boolean =>
  (permissions[permission] as readonly Role[]).includes(role)

/** What a role may do, in the order of the table. */
export const permissionsOf = (role: Role): Permission[] =>
  (Object.keys(permissions) as Permission[]).filter((permission) => mayDo(role, permission))
