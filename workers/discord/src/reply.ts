/** The only place that makes a message: it pings nobody and fits Discord's limits, whatever a command puts in. */
import type {
  APIApplicationCommandAutocompleteResponse,
  APIInteractionResponseChannelMessageWithSource,
  APIInteractionResponseUpdateMessage,
} from 'discord-api-types/v10'
import type { Button, Choice, Embed, InteractionReply, MessageReply, Picture } from './model.ts'
import { componentType, ephemeral, limits, responseType } from './protocol.ts'
import { cut, plain } from './text.ts'

export type Audience = 'user' | 'channel'
export type Content = {
  lines?: string[]
  embed?: Embed
  /** Rows of buttons. */
  buttons?: Button[][]
  /** Shown inside the embed, if there is one. */
  picture?: Picture | undefined
}

/** A new message, or the changed one that a button belongs to. */
export type Shown = { reply: MessageReply; picture?: Picture | undefined }

export const message = (audience: Audience, content: Content): Shown => ({
  reply: {
    type: responseType.message,
    data: { ...dataOf(content), ...(audience === 'user' && { flags: ephemeral }) },
  } satisfies APIInteractionResponseChannelMessageWithSource,
  picture: content.picture,
})

/** Replaces everything: what the content lacks is gone from the message. */
export const update = (content: Content): Shown => ({
  reply: {
    type: responseType.update,
    data: { content: '', embeds: [], components: [], attachments: [], ...dataOf(content) },
  } satisfies APIInteractionResponseUpdateMessage,
  picture: content.picture,
})

function dataOf({ lines = [], embed, buttons = [], picture }: Content) {
  const rows = buttons.filter(({ length }) => length > 0).slice(0, limits.rowsCount)
  return {
    ...(lines.length > 0 && { content: fittingLines(lines) }),
    ...(embed && { embeds: [withImage(fittingEmbed(embed), picture)] }),
    ...(rows.length > 0 && { components: rows.map(rowOf) }),
    ...(picture && {
      attachments: [{ id: 0 as const, filename: picture.name, description: describe(picture) }],
    }),
    allowed_mentions: { parse: [] },
  }
}

const describe = ({ description }: Picture) => cut(description, limits.attachmentDescription)

const withImage = (embed: Embed, picture: Picture | undefined): Embed =>
  picture ? { ...embed, image: { url: `attachment://${picture.name}` } } : embed

const rowOf = (buttons: Button[]) => ({
  type: componentType.row,
  components: buttons.slice(0, limits.buttonsPerRow),
})

/** Suggestions for an option; their names render no markdown. */
export const suggestions = (choices: Choice[]): InteractionReply =>
  ({
    type: responseType.choices,
    data: {
      choices: choices
        .slice(0, limits.choicesCount)
        .map(({ name, value }) => ({ name: plain(name, limits.choiceName), value })),
    },
  }) satisfies APIApplicationCommandAutocompleteResponse

/** Whole lines as long as they fit, then an ellipsis. */
function fittingLines(lines: string[]): string {
  const kept: string[] = []
  let length = 0
  for (const line of lines.map((each) => cut(each, limits.content - ellipsis.length))) {
    if (length + line.length > limits.content - ellipsis.length) return kept.join('\n') + ellipsis
    kept.push(line)
    length += line.length + 1
  }
  return kept.join('\n')
}

const ellipsis = '\n…'

/** Whole fields as long as they fit. */
function fittingEmbed({ title, description, fields, color, footer }: Embed): Embed {
  const shown = {
    title: cut(title, limits.embedTitle),
    ...(description !== undefined && { description: cut(description, limits.embedDescription) }),
    ...(footer && { footer: { text: cut(footer.text, limits.embedFooter) } }),
  }
  const used = [shown.title, shown.description ?? '', shown.footer?.text ?? '']
  let room = limits.embedsTotal - used.join('').length
  const kept: Embed['fields'] = []
  for (const field of fields.slice(0, limits.embedFieldsCount)) {
    const name = cut(field.name, limits.embedFieldName)
    const value = cut(field.value, limits.embedFieldValue)
    room -= name.length + value.length
    if (room < 0) break
    kept.push({ ...field, name, value })
  }
  return { ...shown, ...(color !== undefined && { color }), fields: kept }
}
