/**
 * Discord's numbers and limits under their names, checked against discord-api-types at compile time only: its enums would
 * weigh 90 KB in the bundle. Source: https://discord.com/developers/docs
 */
import type {
  ApplicationCommandOptionType,
  ButtonStyle,
  ComponentType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
  TextInputStyle,
} from 'discord-api-types/v10'

type Named<E extends number> = Record<string, E>

export const interactionType = {
  ping: 1,
  command: 2,
  component: 3,
  autocomplete: 4,
  modal: 5,
} as const satisfies Named<InteractionType>

export const responseType = {
  pong: 1,
  message: 4,
  /** The message follows. */
  deferred: 5,
  /** The message that the component belongs to changes later. */
  deferredUpdate: 6,
  update: 7,
  choices: 8,
  modal: 9,
} as const satisfies Named<InteractionResponseType>

export const optionType = {
  subcommand: 1,
  string: 3,
  integer: 4,
  user: 6,
  number: 10,
} as const satisfies Named<ApplicationCommandOptionType>

export const componentType = {
  row: 1,
  button: 2,
  textInput: 4,
} as const satisfies Named<ComponentType>

export const buttonStyle = {
  primary: 1,
  secondary: 2,
  success: 3,
  danger: 4,
} as const satisfies Named<Exclude<ButtonStyle, ButtonStyle.Link | ButtonStyle.Premium>>

/** One line, or several. */
export const inputStyle = { short: 1, paragraph: 2 } as const satisfies Named<TextInputStyle>

/** Bits of a member's permissions in a server. */
export const permission = { administrator: 0x8n, manageServer: 0x20n } as const

/** Seen by the user of the command only. */
export const ephemeral = 64 satisfies MessageFlags
/** "... is thinking": nothing has been said yet. */
export const loading = 128 satisfies MessageFlags

/** Characters, unless the name says otherwise. */
export const limits = {
  content: 2_000,
  embedsCount: 10,
  embedTitle: 256,
  embedDescription: 4_096,
  embedFieldsCount: 25,
  embedFieldName: 256,
  embedFieldValue: 1_024,
  embedFooter: 2_048,
  /** All texts of all embeds of a message together. */
  embedsTotal: 6_000,
  rowsCount: 5,
  buttonsPerRow: 5,
  buttonLabel: 80,
  customId: 100,
  modalTitle: 45,
  inputLabel: 45,
  inputPlaceholder: 100,
  inputValue: 4_000,
  attachmentDescription: 1_024,
  choicesCount: 25,
  choiceName: 100,
  choiceValue: 100,
} as const
