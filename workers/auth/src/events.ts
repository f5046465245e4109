/** What auth announces. No names and no addresses: the event log is kept, a user can be erased. */
import { now } from '@coinop/shared/clock'
import { defineEvents } from '@coinop/shared/events'
import { z } from 'zod'

export const { schemas, eventOf } = defineEvents({
  'auth.user.created': z.strictObject({
    userId: z.string(),
    provider: z.enum(['password', 'discord', 'device']),
  }),
  'auth.session.created': z.strictObject({ sessionId: z.string(), userId: z.string() }),
  /** `refresh_token_reused` means that somebody presented an old token: perhaps a thief. */
  'auth.session.revoked': z.strictObject({
    sessionId: z.string(),
    userId: z.string(),
    reason: z.enum(['logout', 'refresh_token_reused']),
  }),
  /** All sessions of a user, or all but the one that asked. */
  'auth.sessions.revoked': z.strictObject({
    userId: z.string(),
    reason: z.enum([
      'logout_everywhere',
      'password_changed',
      'identity_unlinked',
      'deactivated',
      'erased',
    ]),
  }),
  /** A further way to log in, of a player or (in the log of a tenant) of a member. */
  'auth.identity.linked': z.strictObject({
    userId: z.string(),
    provider: z.enum(['password', 'discord', 'device']),
  }),
  'auth.identity.unlinked': z.strictObject({
    userId: z.string(),
    provider: z.enum(['password', 'discord', 'device']),
  }),
  'auth.user.reactivated': z.strictObject({ userId: z.string() }),
  /** Nothing personal is left of the user; the id stays. */
  'auth.user.erased': z.strictObject({ userId: z.string() }),
})

type Link = { userId: string; provider: 'password' | 'discord' | 'device' }

export const identityEvent = (what: 'linked' | 'unlinked', { userId, provider }: Link) =>
  eventOf(`auth.identity.${what}`, { subject: userId, at: now(), data: { userId, provider } })
