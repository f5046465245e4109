/** The nouns of signing in with Discord, as clients see them. */
import { z } from '@hono/zod-openapi'
import { IdentityId } from './model.ts'
import { RedirectUri } from './redirect-uri.ts'
import { Snowflake } from './tenant-model.ts'

export const NewFlow = z
  .strictObject({
    redirectUri: RedirectUri,
    applicationId: Snowflake.optional().openapi({
      description: "Which of the project's applications; the oldest with a client secret without",
    }),
  })
  .openapi('NewFlow')

export const NewMemberFlow = z.strictObject({ redirectUri: RedirectUri }).openapi('NewMemberFlow')

/** What the client keeps between going to Discord and coming back. */
export const StartedFlow = z
  .strictObject({
    authorizationUrl: z.string().openapi({ description: 'Where the browser goes' }),
    state: z.string().openapi({ description: 'Comes back in the address; must be the same' }),
    flowToken: z.string().openapi({
      description: 'Keep it in this client and out of every address: it completes the flow',
    }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('StartedFlow')
export type StartedFlow = z.infer<typeof StartedFlow>

/** Long enough for anything of ours and of Discord's. */
export const PresentedFlow = z
  .strictObject({
    code: z
      .string()
      .regex(/^[\x21-\x7e]{1,512}$/)
      .openapi({ type: 'string', description: 'As Discord gave it to the redirectUri' }),
    state: z.string().min(1).max(128),
    flowToken: z.string().min(1).max(4_096),
  })
  .openapi('PresentedFlow')
export type PresentedFlow = z.infer<typeof PresentedFlow>

export const MemberIdentity = z
  .strictObject({
    id: IdentityId,
    provider: z.literal('discord'),
    providerUserId: z.string(),
    linkedAt: z.iso.datetime(),
  })
  .openapi('MemberIdentity')
export type MemberIdentity = z.infer<typeof MemberIdentity>
