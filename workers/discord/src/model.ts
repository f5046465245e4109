/** What we answer to an interaction, in Discord's own words and within its limits. */
import { z } from '@hono/zod-openapi'
import { ephemeral, limits, responseType } from './protocol.ts'

export const Embed = z.strictObject({
  title: z.string().min(1).max(limits.embedTitle),
  description: z.string().max(limits.embedDescription).optional(),
  fields: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(limits.embedFieldName),
        value: z.string().min(1).max(limits.embedFieldValue),
        inline: z.boolean().optional(),
      }),
    )
    .max(limits.embedFieldsCount),
})
export type Embed = z.infer<typeof Embed>

const Pong = z.strictObject({ type: z.literal(responseType.pong) })

export const MessageReply = z.strictObject({
  type: z.literal(responseType.message),
  data: z.strictObject({
    content: z.string().max(limits.content).optional(),
    embeds: z.array(Embed).max(limits.embedsCount).optional(),
    flags: z.literal(ephemeral).optional().openapi({ description: '64: only the user sees it' }),
    allowed_mentions: z
      .strictObject({ parse: z.array(z.string()).max(0) })
      .openapi({ description: 'Always empty: no reply pings anybody' }),
  }),
})
export type MessageReply = z.infer<typeof MessageReply>

export const Choice = z.strictObject({
  name: z.string().min(1).max(limits.choiceName),
  value: z.string().min(1).max(limits.choiceValue),
})
export type Choice = z.infer<typeof Choice>

const ChoicesReply = z.strictObject({
  type: z.literal(responseType.choices),
  data: z.strictObject({ choices: z.array(Choice).max(limits.choicesCount) }),
})

export const InteractionReply = z
  .discriminatedUnion('type', [Pong, MessageReply, ChoicesReply])
  .openapi('InteractionReply')
export type InteractionReply = z.infer<typeof InteractionReply>
