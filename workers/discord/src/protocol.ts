/**
 * Discord's numbers and limits under their names, checked against discord-api-types at compile time only: its enums would
 * weigh 90 KB in the bundle. Source: https://discord.com/developers/docs
 */
import type {
  ApplicationCommandOptionType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from 'discord-api-types/v10'

type Named<E extends number> = Record<string, E>

export const interactionType = {
  ping: 1,
  command: 2,
  autocomplete: 4,
} as const satisfies Named<InteractionType>

export const responseType = {
  pong: 1,
  message: 4,
  choices: 8,
} as const satisfies Named<InteractionResponseType>

export const optionType = {
  subcommand: 1,
  string: 3,
  integer: 4,
  user: 6,
  number: 10,
} as const satisfies Named<ApplicationCommandOptionType>

/** Seen by the user of the command only. */
export const ephemeral = 64 satisfies MessageFlags

/** Characters, unless the name says otherwise. */
export const limits = {
  content: 2_000,
  embedsCount: 10,
  embedTitle: 256,
  embedDescription: 4_096,
  embedFieldsCount: 25,
  embedFieldName: 256,
  embedFieldValue: 1_024,
  /** All texts of all embeds of a message together. */
  embedsTotal: 6_000,
  choicesCount: 25,
  choiceName: 100,
  choiceValue: 100,
} as const
