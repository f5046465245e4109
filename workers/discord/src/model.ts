/** What we answer to an interaction, in Discord's own words and within its limits. */
import { z } from '@hono/zod-openapi'
import type { APIInteractionResponse } from 'discord-api-types/v10'
import {
  buttonStyle,
  componentType,
  ephemeral,
  inputStyle,
  limits,
  responseType,
} from './protocol.ts'

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
  color: z.int().min(0).max(0xffffff).optional(),
  footer: z.strictObject({ text: z.string().min(1).max(limits.embedFooter) }).optional(),
  image: z.strictObject({ url: z.string().regex(/^attachment:\/\/[a-z]+\.png$/) }).optional(),
})
export type Embed = Exact<z.infer<typeof Embed>>

/** A field that may be left out is left out, and never undefined: so Discord's types say it, too. */
type Exact<T> = T extends readonly (infer Each)[]
  ? Exact<Each>[]
  : T extends object
    ? { [Key in keyof T]: Exact<Exclude<T[Key], undefined>> }
    : T

const CustomId = z.string().min(1).max(limits.customId)

export const Button = z.strictObject({
  type: z.literal(componentType.button),
  style: z.enum(buttonStyle),
  label: z.string().min(1).max(limits.buttonLabel),
  custom_id: CustomId,
  disabled: z.boolean().optional(),
})
export type Button = Exact<z.infer<typeof Button>>

const Row = z.strictObject({
  type: z.literal(componentType.row),
  components: z.array(Button).min(1).max(limits.buttonsPerRow),
})

const Pong = z.strictObject({ type: z.literal(responseType.pong) })

export const MessageReply = z.strictObject({
  type: z.enum({ message: responseType.message, update: responseType.update }),
  data: z.strictObject({
    content: z.string().max(limits.content).optional(),
    embeds: z.array(Embed).max(limits.embedsCount).optional(),
    components: z.array(Row).max(limits.rowsCount).optional(),
    attachments: z
      .array(
        z.strictObject({
          id: z.literal(0),
          filename: z.string(),
          description: z.string().max(limits.attachmentDescription),
        }),
      )
      .max(1)
      .optional()
      .openapi({ description: 'Describes the part `files[0]` of a multipart answer' }),
    flags: z.literal(ephemeral).optional().openapi({ description: '64: only the user sees it' }),
    allowed_mentions: z
      .strictObject({ parse: z.array(z.string()).max(0) })
      .openapi({ description: 'Always empty: no reply pings anybody' }),
  }),
})
type Message = Exact<z.infer<typeof MessageReply>>
type MessageType = Message['type']
type MessageData = Omit<Message['data'], 'allowed_mentions'> & {
  allowed_mentions: { parse: never[] }
}
export type MessageReply = { [T in MessageType]: { type: T; data: MessageData } }[MessageType]

export const Choice = z.strictObject({
  name: z.string().min(1).max(limits.choiceName),
  value: z.string().min(1).max(limits.choiceValue),
})
export type Choice = z.infer<typeof Choice>

const ChoicesReply = z.strictObject({
  type: z.literal(responseType.choices),
  data: z.strictObject({ choices: z.array(Choice).max(limits.choicesCount) }),
})

const DeferredReply = z.strictObject({
  type: z.literal(responseType.deferred),
  data: z.strictObject({ flags: z.literal(ephemeral).optional() }),
})
const DeferredUpdate = z.strictObject({ type: z.literal(responseType.deferredUpdate) })

const TextInput = z.strictObject({
  type: z.literal(componentType.textInput),
  custom_id: CustomId,
  style: z.enum(inputStyle),
  label: z.string().min(1).max(limits.inputLabel),
  placeholder: z.string().max(limits.inputPlaceholder).optional(),
  value: z.string().max(limits.inputValue).optional(),
  min_length: z.int().min(0).max(limits.inputValue).optional(),
  max_length: z.int().min(1).max(limits.inputValue),
  required: z.boolean(),
})
const InputRow = z.strictObject({
  type: z.literal(componentType.row),
  components: z.array(TextInput).length(1),
})
export const ModalReply = z.strictObject({
  type: z.literal(responseType.modal),
  data: z.strictObject({
    custom_id: CustomId,
    title: z.string().min(1).max(limits.modalTitle),
    components: z.array(InputRow).min(1).max(limits.rowsCount),
  }),
})
export type ModalReply = Exact<z.infer<typeof ModalReply>>

/** A PNG that goes with a message; `name` ends in `.png`. */
export type Picture = { name: string; bytes: Uint8Array; description: string }

export const InteractionReply = z
  .union([Pong, MessageReply, DeferredReply, DeferredUpdate, ChoicesReply, ModalReply])
  .openapi('InteractionReply')
type AnyReply = Exact<z.infer<typeof InteractionReply>>
/** What we answer is what Discord's own types take, or this does not compile. Whether it fits is for the tests to say. */
export type InteractionReply = Accepted<Exclude<AnyReply, { type: MessageType }> | MessageReply>
type Accepted<Reply extends APIInteractionResponse> = Reply
