/** The nouns of tenants as clients see them: members, projects, API keys, Discord applications, audit entries. */
import { z } from '@hono/zod-openapi'
import { scopes } from '@coinop/shared/access'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import { type Permission, permissions, roles } from '@coinop/shared/roles'
import { Text } from '@coinop/shared/text'
import { isEd25519Point } from './ed25519.ts'
import { NewUser, TokenPair } from './model.ts'
import { RedirectUri, redirectUrisMax } from './redirect-uri.ts'
import { AllowedOrigins } from './origins.ts'
import type {
  apiKeys,
  auditEntries,
  discordApplications,
  members,
  projects,
  tenants,
} from './schema.ts'

export const TenantId = IdOf('ten')
export const MemberId = IdOf('mem')
export const ProjectId = IdOf('prj')
export const KeyId = IdOf('key')

/** Of one tenant, invited ones included. */
export const membersMax = 200
/** Of one tenant. */
export const projectsMax = 100

const Name = Text(64).trim().min(1)
const permissionNames = Object.keys(permissions) as [Permission, ...Permission[]]
const { email: Email, password: Password } = NewUser.shape

export const Role = z.enum(roles).openapi({ example: 'developer' })

export const NewTenant = z
  .strictObject({ name: Name.openapi({ example: 'Ada Games' }), email: Email, password: Password })
  .openapi('NewTenant')

export const Tenant = z
  .strictObject({ id: TenantId, name: z.string(), createdAt: z.iso.datetime() })
  .openapi('Tenant')
export type Tenant = z.infer<typeof Tenant>

export const Member = z
  .strictObject({
    id: MemberId,
    email: z.string(),
    role: Role,
    status: z.enum(['active', 'invited']),
    createdAt: z.iso.datetime(),
    inviteExpiresAt: z.iso.datetime().nullable(),
  })
  .openapi('Member')
export type Member = z.infer<typeof Member>

export const MemberSignedIn = z
  .strictObject({ tenant: Tenant, member: Member, ...TokenPair.shape })
  .openapi('MemberSignedIn')
export type MemberSignedIn = z.infer<typeof MemberSignedIn>

export const OwnTenant = z
  .strictObject({ ...Tenant.shape, member: Member, permissions: z.array(z.enum(permissionNames)) })
  .openapi('OwnTenant')

export const NewInvitation = z.strictObject({ email: Email, role: Role }).openapi('NewInvitation')

export const Invitation = z
  .strictObject({
    member: Member,
    token: z.string().openapi({ description: 'Shown once: give it to the one you invite' }),
  })
  .openapi('Invitation')
export type Invitation = z.infer<typeof Invitation>

export const AcceptedInvitation = z
  .strictObject({ token: z.string().min(1).max(256), password: Password })
  .openapi('AcceptedInvitation')

export const MemberPatch = z.strictObject({ role: Role }).openapi('MemberPatch')

const Environment = z.enum(['live', 'test'])

export const NewProject = z
  .strictObject({
    name: Name.openapi({ example: 'Space Miner' }),
    environment: Environment,
    allowedOrigins: AllowedOrigins.default([]),
  })
  .openapi('NewProject')

export const ProjectPatch = z
  .strictObject({
    name: Name.optional(),
    allowedOrigins: AllowedOrigins.optional(),
    redirectUris: z
      .array(RedirectUri)
      .max(redirectUrisMax)
      .optional()
      .openapi({ description: 'Where Discord may send players back to; compared exactly' }),
  })
  .refine((patch) => Object.values(patch).some((value) => value !== undefined), {
    message: 'Name at least one field to change.',
  })
  .openapi('ProjectPatch')

export const Project = z
  .strictObject({
    id: ProjectId,
    name: z.string(),
    environment: Environment,
    plan: z.string(),
    createdAt: z.iso.datetime(),
    redirectUris: z.array(z.string()),
    allowedOrigins: z.array(z.string()),
  })
  .openapi('Project')
export type Project = z.infer<typeof Project>

export const Snowflake = z
  .string()
  .regex(/^[1-9]\d{16,19}$/, 'A Discord id: 17 to 20 digits.')
  .openapi({ example: '845027738276462632' })

export const NewDiscordApplication = z
  .strictObject({
    applicationId: Snowflake,
    publicKey: z
      .string()
      .toLowerCase()
      .regex(/^[0-9a-f]{64}$/, '64 hexadecimal characters, as Discord shows it.')
      .refine(isEd25519Point, 'Not an Ed25519 public key.')
      .openapi({ type: 'string', description: 'As Discord shows it' }),
    botToken: z
      .string()
      .regex(/^[\w.-]{20,200}$/, 'Not a bot token.')
      .optional()
      .openapi({ description: 'Kept encrypted, and never shown again' }),
    clientSecret: z
      .string()
      .regex(/^[\w-]{16,128}$/, 'Not a client secret.')
      .optional()
      .openapi({
        description: 'For signing players in with OAuth2. Kept encrypted, and never shown again',
      }),
  })
  .openapi('NewDiscordApplication')

export const DiscordApplication = z
  .strictObject({
    applicationId: Snowflake,
    publicKey: z.string(),
    hasBotToken: z.boolean(),
    hasClientSecret: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .openapi('DiscordApplication')
export type DiscordApplication = z.infer<typeof DiscordApplication>

export const NewApiKey = z
  .strictObject({
    kind: z.enum(['secret', 'publishable']),
    name: Name.openapi({ example: 'game server' }),
    scopes: z
      .array(z.enum(scopes))
      .max(scopes.length)
      .default([])
      .openapi({ description: 'What a secret key may do; a publishable key has none' }),
    expiresAt: z.iso.datetime().optional(),
  })
  .openapi('NewApiKey')

export const overlapHoursMax = 24
export const KeyRotation = z
  .strictObject({
    overlapHours: z
      .number()
      .min(0)
      .max(overlapHoursMax)
      .default(overlapHoursMax)
      .openapi({ description: 'How long the old key still works; 0 ends it at once' }),
  })
  .openapi('KeyRotation')

export const ApiKey = z
  .strictObject({
    id: KeyId,
    kind: z.enum(['secret', 'publishable']),
    name: z.string(),
    prefix: z.string().openapi({ description: 'How the key begins, to recognise it by' }),
    scopes: z.array(z.string()),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime().nullable(),
    revokedAt: z.iso.datetime().nullable(),
    lastUsedAt: z.iso.datetime().nullable().openapi({ description: 'To the minute' }),
  })
  .openapi('ApiKey')
export type ApiKey = z.infer<typeof ApiKey>

export const MintedApiKey = z
  .strictObject({
    ...ApiKey.shape,
    secret: z.string().openapi({ description: 'The key itself: shown once' }),
  })
  .openapi('MintedApiKey')
export type MintedApiKey = z.infer<typeof MintedApiKey>

export const AuditEntry = z
  .strictObject({
    sequence: z.int().min(1),
    at: z.iso.datetime(),
    actorKind: z.string().openapi({
      description:
        '`member`, `key` for a secret key, or `player` for who manages a server on Discord',
    }),
    actorId: z.string(),
    action: z.string().openapi({ example: 'keys.create' }),
    subject: z
      .string()
      .openapi({ description: 'The id of what was changed; the path of what was refused' }),
    projectId: z.string().nullable(),
    address: z.string().openapi({ description: 'Empty where the platform tells none' }),
    requestId: z.string(),
    result: z.enum(['done', 'refused']),
    code: z.string().nullable().openapi({ description: 'Why it was refused' }),
    hash: z.string(),
  })
  .openapi('AuditEntry')
export type AuditEntry = z.infer<typeof AuditEntry>

const orNull = (at: number | null) => (at === null ? null : isoTime(at))

export type TenantRow = typeof tenants.$inferSelect
export const toTenant = ({ id, name, createdAt }: TenantRow): Tenant => ({
  id,
  name,
  createdAt: isoTime(createdAt),
})

export type MemberRow = typeof members.$inferSelect
export const toMember = (row: MemberRow): Member => ({
  id: row.id,
  email: row.email,
  role: row.role,
  status: row.joinedAt === null ? 'invited' : 'active',
  createdAt: isoTime(row.createdAt),
  inviteExpiresAt: orNull(row.inviteExpiresAt),
})

export type ProjectRow = typeof projects.$inferSelect
export const toProject = ({ tenantId: _, createdAt, ...row }: ProjectRow): Project => ({
  ...row,
  createdAt: isoTime(createdAt),
})

export const toDiscordApplication = (
  row: typeof discordApplications.$inferSelect,
): DiscordApplication => ({
  applicationId: row.applicationId,
  publicKey: row.publicKey,
  hasBotToken: row.sealedBotToken !== null,
  hasClientSecret: row.sealedClientSecret !== null,
  createdAt: isoTime(row.createdAt),
})

export type ApiKeyRow = typeof apiKeys.$inferSelect
export const toApiKey = (
  row: Omit<ApiKeyRow, 'projectId' | 'secretHash'>,
  environment: 'live' | 'test',
): ApiKey => ({
  id: row.id,
  kind: row.kind,
  name: row.name,
  prefix: `coinop_${environment}_${row.lookup}`,
  scopes: row.scopes,
  createdAt: isoTime(row.createdAt),
  expiresAt: orNull(row.expiresAt),
  revokedAt: orNull(row.revokedAt),
  lastUsedAt: orNull(row.lastUsedAt),
})

export type AuditRow = typeof auditEntries.$inferSelect
export function toAuditEntry(row: AuditRow): AuditEntry {
  const { tenantId: _, sourceId: __, at, projectId, result, ...entry } = row
  const [said, code = null] = result.split(':')
  return {
    ...entry,
    at: isoTime(at),
    projectId: projectId === '' ? null : projectId,
    result: said === 'done' ? 'done' : 'refused',
    code,
  }
}
