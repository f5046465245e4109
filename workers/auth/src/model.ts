/** The nouns of this Worker, as clients see them, and how rows become them. */
import { z } from '@hono/zod-openapi'
import { accessTokenAlgorithm } from '@coinop/shared/access-token'
import { isoTime } from '@coinop/shared/clock'
import { IdOf } from '@coinop/shared/ids'
import type { sessions, users } from './schema.ts'

export const UserId = IdOf('usr')

export const emailCharactersMax = 254
export const passwordCharactersMin = 8
export const passwordCharactersMax = 256
export const displayNameCharactersMax = 64

/** Trimmed and in lower case before anything else looks at it. */
const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(emailCharactersMax)
  .pipe(z.email())
  .openapi({ type: 'string', format: 'email', example: 'ada@example.com' })

const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(displayNameCharactersMax)
  .openapi({ example: 'Ada' })

export const NewUser = z
  .strictObject({
    email: Email,
    password: z.string().min(passwordCharactersMin).max(passwordCharactersMax),
    displayName: DisplayName.optional(),
  })
  .openapi('NewUser')

export const NewPassword = NewUser.omit({ displayName: true }).openapi('NewPassword')

/** Only the upper limit of a password: a short one is wrong, not malformed. */
export const Credentials = z
  .strictObject({ email: Email, password: z.string().min(1).max(passwordCharactersMax) })
  .openapi('Credentials')
export type Credentials = z.infer<typeof Credentials>

/** Long enough for any token of ours; a text that is none is answered like a token that is unknown. */
export const PresentedToken = z
  .strictObject({ refreshToken: z.string().min(1).max(256) })
  .openapi('PresentedToken')

export const User = z
  .strictObject({
    id: UserId,
    email: z.string().nullable().openapi({ description: 'Null for a user without a password' }),
    displayName: z.string().nullable(),
    isActive: z.boolean().openapi({ description: 'Whether the user may log in' }),
    createdAt: z.iso.datetime(),
    identities: z
      .array(
        z.strictObject({
          provider: z.enum(['password', 'discord', 'device']),
          providerUserId: z.string().optional().openapi({
            description: 'The id at the provider; a fingerprint of the secret of a device',
          }),
        }),
      )
      .openapi({ description: 'The ways in which the user can log in' }),
  })
  .openapi('User')
export type User = z.infer<typeof User>

export const TokenPair = z
  .strictObject({
    accessToken: z.string().openapi({ description: 'Send it as Authorization: Bearer' }),
    refreshToken: z.string().openapi({ description: 'Good for one POST /v1/refresh' }),
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().min(1).openapi({ description: 'Seconds until the access token expires' }),
  })
  .openapi('TokenPair')
export type TokenPair = z.infer<typeof TokenPair>

export const SignedIn = z.strictObject({ user: User, ...TokenPair.shape }).openapi('SignedIn')
export type SignedIn = z.infer<typeof SignedIn>

export const Jwks = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        kty: z.literal('OKP'),
        crv: z.literal('Ed25519'),
        x: z.string(),
        kid: z.string(),
        alg: z.literal(accessTokenAlgorithm),
        use: z.literal('sig'),
      }),
    ),
  })
  .openapi('Jwks')
export type Jwks = z.infer<typeof Jwks>

/** `identities` is a JSON array of `{ provider, providerUserId }`. */
export type UserRow = Omit<typeof users.$inferSelect, 'projectId'> & { identities: string }

export function toUser(row: UserRow): User {
  const external = JSON.parse(row.identities) as {
    provider: 'discord' | 'device'
    providerUserId: string
  }[]
  const own = row.passwordHash === null ? [] : [{ provider: 'password' as const }]
  return {
    id: row.id,
    email: row.email,
    displayName: row.displayName,
    isActive: row.isActive,
    createdAt: isoTime(row.createdAt),
    identities: [...own, ...external],
  }
}

export const SessionId = IdOf('ses')

export const Session = z
  .strictObject({
    id: SessionId,
    device: z.string().nullable().openapi({ description: 'The User-Agent at login' }),
    createdAt: z.iso.datetime(),
    lastUsedAt: z.iso.datetime().openapi({ description: 'Of the login or the last refresh' }),
    expiresAt: z.iso.datetime(),
    isCurrent: z.boolean().openapi({ description: 'Whether it is the one that asks' }),
  })
  .openapi('Session')
export type Session = z.infer<typeof Session>

type SessionRow = typeof sessions.$inferSelect

export const toSession = (row: SessionRow, currentId: string | undefined): Session => ({
  id: row.id,
  device: row.device,
  createdAt: isoTime(row.createdAt),
  lastUsedAt: isoTime(row.lastUsedAt ?? row.createdAt),
  expiresAt: isoTime(row.expiresAt),
  isCurrent: row.id === currentId,
})

export const UserPatch = z
  .strictObject({ displayName: DisplayName.nullable() })
  .openapi('UserPatch')

export const PasswordChange = z
  .strictObject({
    currentPassword: z.string().min(1).max(passwordCharactersMax),
    newPassword: z.string().min(passwordCharactersMin).max(passwordCharactersMax),
  })
  .openapi('PasswordChange')
export type PasswordChange = z.infer<typeof PasswordChange>

export const UserExport = z
  .strictObject({
    exportedAt: z.iso.datetime(),
    user: User,
    identities: z.array(
      z.strictObject({
        provider: z.string(),
        providerUserId: z.string(),
        createdAt: z.iso.datetime(),
      }),
    ),
    sessions: z
      .array(z.strictObject({ ...Session.shape, revokedAt: z.iso.datetime().nullable() }))
      .openapi({ description: 'The newest 1,000, ended ones too while they are kept' }),
  })
  .openapi('UserExport')
export type UserExport = z.infer<typeof UserExport>

export const IdentityId = IdOf('idn')

export const Identity = z
  .strictObject({
    id: IdentityId,
    provider: z.enum(['password', 'discord', 'device']),
    providerUserId: z.string().nullable().openapi({
      description:
        'The id at the provider; a fingerprint of the secret of a device; null for a password',
    }),
    linkedAt: z.iso.datetime().nullable().openapi({ description: 'Null for a password' }),
  })
  .openapi('Identity')
export type Identity = z.infer<typeof Identity>

/** 43 characters are 256 random bits in base64url. */
export const DeviceCredentials = z
  .strictObject({ deviceSecret: z.string().regex(/^[\w-]{43,128}$/) })
  .openapi('DeviceCredentials')

/** A member's id has the same 26 characters as the id of the user who logs in. */
export const memberIdOf = (userId: string): string => userId.replace(/^usr_/, 'mem_')
export const userIdOf = (memberId: string): string => memberId.replace(/^mem_/, 'usr_')
