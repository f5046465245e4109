/** The only place that makes a message: it pings nobody and fits Discord's limits, whatever a command puts in. */
import type { Choice, Embed, InteractionReply, MessageReply } from './model.ts'
import { ephemeral, limits, responseType } from './protocol.ts'
import { cut, plain } from './text.ts'

export type Audience = 'user' | 'channel'
type Content = { lines?: string[]; embed?: Embed }

export function message(audience: Audience, { lines = [], embed }: Content): MessageReply {
  return {
    type: responseType.message,
    data: {
      ...(lines.length > 0 && { content: fittingLines(lines) }),
      ...(embed && { embeds: [fittingEmbed(embed)] }),
      ...(audience === 'user' && { flags: ephemeral }),
      allowed_mentions: { parse: [] },
    },
  }
}

/** Suggestions for an option; their names render no markdown. */
export const suggestions = (choices: Choice[]): InteractionReply => ({
  type: responseType.choices,
  data: {
    choices: choices
      .slice(0, limits.choicesCount)
      .map(({ name, value }) => ({ name: plain(name, limits.choiceName), value })),
  },
})

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
function fittingEmbed({ title, description, fields }: Embed): Embed {
  const shown = {
    title: cut(title, limits.embedTitle),
    ...(description !== undefined && { description: cut(description, limits.embedDescription) }),
  }
  let room = limits.embedsTotal - shown.title.length - (shown.description?.length ?? 0)
  const kept: Embed['fields'] = []
  for (const field of fields.slice(0, limits.embedFieldsCount)) {
    const name = cut(field.name, limits.embedFieldName)
    const value = cut(field.value, limits.embedFieldValue)
    room -= name.length + value.length
    if (room < 0) break
    kept.push({ ...field, name, value })
  }
  return { ...shown, fields: kept }
}
