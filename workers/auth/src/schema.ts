/** The tables of AUTH_DB. Those that are found before the project is known (keys, applications) have their own key. */
import { roles } from '@coinop/shared/roles'
import { sql } from 'drizzle-orm'
import { index, integer, primaryKey, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core'

export { idempotency } from '@coinop/shared/idempotency'
export { outbox } from '@coinop/shared/outbox'

export const tenants = sqliteTable('tenants', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  createdAt: integer('created_at').notNull(),
})

export const projects = sqliteTable(
  'projects',
  {
    id: text('id').primaryKey(),
    tenantId: text('tenant_id').notNull(),
    name: text('name').notNull(),
    environment: text('environment', { enum: ['live', 'test'] }).notNull(),
    plan: text('plan').notNull(),
    createdAt: integer('created_at').notNull(),
    /** Where Discord may send players back to, exactly. */
    redirectUris: text('redirect_uris', { mode: 'json' }).$type<string[]>().notNull().default([]),
    /** Of the pages that may call the API for the project, as browsers send them. */
    allowedOrigins: text('allowed_origins', { mode: 'json' })
      .$type<string[]>()
      .notNull()
      .default([]),
  },
  (table) => [index('projects_by_tenant').on(table.tenantId, table.id)],
)

/** The same by origin, for preflights: they carry no credential, and so no project. */
export const listedOrigins = sqliteTable(
  'listed_origins',
  { origin: text('origin').notNull(), projectId: text('project_id').notNull() },
  (table) => [primaryKey({ columns: [table.origin, table.projectId] })],
)

export const apiKeys = sqliteTable(
  'api_keys',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    /** The readable part of the key, by which its row is found. */
    lookup: text('lookup').notNull(),
    kind: text('kind', { enum: ['secret', 'publishable'] }).notNull(),
    name: text('name').notNull(),
    scopes: text('scopes', { mode: 'json' }).$type<string[]>().notNull(),
    secretHash: text('secret_hash').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    revokedAt: integer('revoked_at'),
    /** To the minute. */
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('api_keys_lookup').on(table.lookup),
  ],
)

export const discordApplications = sqliteTable(
  'discord_applications',
  {
    applicationId: text('application_id').primaryKey(),
    projectId: text('project_id').notNull(),
    publicKey: text('public_key').notNull(),
    /** Sealed under AUTH_SECRET, for this application only. */
    sealedBotToken: text('sealed_bot_token'),
    /** The same, for signing players in with OAuth2. */
    sealedClientSecret: text('sealed_client_secret'),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [index('discord_applications_by_project').on(table.projectId)],
)

/** Servers with an economy that is not the one of their application's project. */
export const discordServers = sqliteTable(
  'discord_servers',
  {
    applicationId: text('application_id').notNull(),
    serverId: text('server_id').notNull(),
    projectId: text('project_id').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.applicationId, table.serverId] }),
    index('discord_servers_by_project').on(table.projectId, table.applicationId, table.serverId),
  ],
)

export const users = sqliteTable(
  'users',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    /** Lower case. Null for a user who only ever came through another provider. */
    email: text('email'),
    passwordHash: text('password_hash'),
    displayName: text('display_name'),
    isActive: integer('is_active', { mode: 'boolean' }).notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    uniqueIndex('users_email').on(table.projectId, table.email),
  ],
)

/** Who a user is elsewhere: the provider's own id, never the e-mail. */
export const identities = sqliteTable(
  'identities',
  {
    projectId: text('project_id').notNull(),
    provider: text('provider', { enum: ['discord', 'device'] }).notNull(),
    providerUserId: text('provider_user_id').notNull(),
    userId: text('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.provider, table.providerUserId] }),
    index('identities_by_user').on(table.projectId, table.userId),
  ],
)

/** Who a member is elsewhere: one member in all tenants, because who signs in names no tenant. */
export const memberIdentities = sqliteTable(
  'member_identities',
  {
    provider: text('provider', { enum: ['discord'] }).notNull(),
    providerUserId: text('provider_user_id').notNull(),
    tenantId: text('tenant_id').notNull(),
    memberId: text('member_id').notNull(),
    createdAt: integer('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.provider, table.providerUserId] }),
    index('member_identities_by_member').on(table.tenantId, table.memberId),
  ],
)

/** The flows through Discord that somebody is completing or has completed, so that each is completed once. */
export const claimedFlows = sqliteTable('claimed_flows', {
  /** SHA-256 of the state, which is 256 random bits. */
  stateHash: text('state_hash').primaryKey(),
  /** When the flow would not be believed any more by itself. */
  expiresAt: integer('expires_at').notNull(),
})

export const sessions = sqliteTable(
  'sessions',
  {
    projectId: text('project_id').notNull(),
    id: text('id').notNull(),
    userId: text('user_id').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    revokedAt: integer('revoked_at'),
    /** What the client called itself at login. */
    device: text('device'),
    /** Of the last refresh. */
    lastUsedAt: integer('last_used_at'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.id] }),
    index('sessions_by_expiry').on(table.expiresAt),
    index('sessions_by_user').on(table.projectId, table.userId),
  ],
)

/** Refresh tokens, by their SHA-256. The used ones stay until they expire, so that a stolen one is recognised. */
export const tokens = sqliteTable(
  'tokens',
  {
    projectId: text('project_id').notNull(),
    tokenHash: text('token_hash').notNull(),
    sessionId: text('session_id').notNull(),
    generation: integer('generation').notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at').notNull(),
    usedAt: integer('used_at'),
    successorHash: text('successor_hash'),
  },
  (table) => [
    primaryKey({ columns: [table.projectId, table.tokenHash] }),
    index('tokens_by_expiry').on(table.expiresAt),
  ],
)

/** What access tokens are signed with. The private half is sealed under AUTH_SECRET. */
export const signingKeys = sqliteTable('signing_keys', {
  kid: text('kid').primaryKey(),
  publicJwk: text('public_jwk', { mode: 'json' })
    .$type<{ kty: 'OKP'; crv: 'Ed25519'; x: string }>()
    .notNull(),
  sealedPrivateJwk: text('sealed_private_jwk').notNull(),
  createdAt: integer('created_at').notNull(),
})

/** Asked for by an operator with `npm run keys:rotate`, done by the next minutely run. The only row that others may write. */
export const keyRotations = sqliteTable('key_rotations', {
  requestedAt: integer('requested_at').primaryKey(),
})

/** Who has been guessing passwords, and until when they must wait. Accounts and addresses only as keyed hashes. */
export const loginAttempts = sqliteTable(
  'login_attempts',
  {
    projectId: text('project_id').notNull(),
    kind: text('kind', { enum: ['account', 'address'] }).notNull(),
    subject: text('subject').notNull(),
    failures: integer('failures').notNull(),
    blockedUntil: integer('blocked_until').notNull(),
    updatedAt: integer('updated_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.projectId, table.kind, table.subject] })],
)

/**
 * Who administers a tenant. Name and password are in `users`, and sessions in `sessions`, under the tenant's id in place
 * of a project's, so that members and players log in by the same rules. Who has not joined yet has only been invited.
 */
export const members = sqliteTable(
  'members',
  {
    tenantId: text('tenant_id').notNull(),
    /** `mem_` with the same 26 characters as the `usr_` it belongs to. */
    id: text('id').notNull(),
    email: text('email').notNull(),
    role: text('role', { enum: roles }).notNull(),
    createdAt: integer('created_at').notNull(),
    joinedAt: integer('joined_at'),
    inviteHash: text('invite_hash'),
    inviteExpiresAt: integer('invite_expires_at'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.id] }),
    uniqueIndex('members_of_tenant').on(table.tenantId, table.email),
    // Login knows nothing but the address. An invitation does not take it away from anybody.
    uniqueIndex('members_email')
      .on(table.email)
      .where(sql`joined_at IS NOT NULL`),
    uniqueIndex('members_invite').on(table.inviteHash),
  ],
)

/** What members have changed: only ever added to. Each row is authenticated together with the one before it. */
export const auditEntries = sqliteTable(
  'audit_entries',
  {
    tenantId: text('tenant_id').notNull(),
    /** 1, 2, 3 … without gaps: the second of two that would be the same fails, and its change with it. */
    sequence: integer('sequence').notNull(),
    at: integer('at').notNull(),
    actorKind: text('actor_kind').notNull(),
    actorId: text('actor_id').notNull(),
    action: text('action').notNull(),
    /** The id of what was changed. */
    subject: text('subject').notNull(),
    projectId: text('project_id').notNull(),
    address: text('address').notNull(),
    requestId: text('request_id').notNull(),
    /** `done`, or `refused:` and the code of the problem. */
    result: text('result').notNull(),
    hash: text('hash').notNull(),
    /** Of an entry that another Worker sends, as often as it takes: what it calls it. */
    sourceId: text('source_id'),
  },
  (table) => [
    primaryKey({ columns: [table.tenantId, table.sequence] }),
    uniqueIndex('audit_entries_source').on(table.tenantId, table.sourceId),
  ],
)
