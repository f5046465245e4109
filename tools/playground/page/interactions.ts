/** Interactions as Discord sends them to a bot: commands, what is typed into an option, components and modals. */
import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ComponentType,
  InteractionType,
} from 'discord-api-types/v10'
import type { Configuration } from '../configuration.ts'
import type { Person } from '../people.ts'
import { newSnowflake } from '../snowflake.ts'
import type { Message } from './messages.ts'

/** What was given for an option; `focused` while it is being typed. */
export type Given = {
  name: string
  type: ApplicationCommandOptionType
  value: string | number | boolean
  focused?: boolean
}
export type Command = { name: string; path: string[]; given: Given[] }
export type Interaction = { id: string; token: string; type: InteractionType }

/** All people and the bot, for options and selects that name somebody. */
export const accountsOf = ({ people, bot }: Configuration) => [
  ...people.map(({ id, global_name }) => ({ id, name: global_name })),
  { id: bot.id, name: bot.username },
]

const profileOf = ({ id, username, global_name }: Person) => ({
  id,
  username,
  global_name,
  discriminator: '0',
  avatar: null,
  public_flags: 0,
})

const memberOf = ({ roles, permissions }: Person) => ({
  nick: null,
  roles,
  permissions,
  avatar: null,
  joined_at: '2026-01-01T00:00:00.000000+00:00',
  premium_since: null,
  communication_disabled_until: null,
  pending: false,
  flags: 0,
})

/** What every interaction says of where it comes from and whom. */
function envelope(configuration: Configuration, by: Person, type: InteractionType) {
  const { applicationId, guild } = configuration
  const { id: guildId, locale, channel } = guild
  return {
    id: newSnowflake(),
    application_id: applicationId,
    type,
    version: 1,
    token: `playground.${newSnowflake()}.${crypto.randomUUID()}`,
    guild_id: guildId,
    guild: { id: guildId, locale, features: [] },
    channel_id: channel.id,
    channel: { ...channel, guild_id: guildId, permissions: by.permissions },
    member: { ...memberOf(by), deaf: false, mute: false, user: profileOf(by) },
    locale,
    guild_locale: locale,
    app_permissions: by.permissions,
    entitlements: [],
    authorizing_integration_owners: { 0: guildId },
    context: 0,
    attachment_size_limit: 10_485_760,
  }
}

/** The people, the bot and the roles among `ids`, in Discord's form. */
function resolved({ people, bot, guild }: Configuration, ids: string[]) {
  const named = people.filter(({ id }) => ids.includes(id))
  const users = [...named.map(profileOf), ...(ids.includes(bot.id) ? [bot] : [])]
  const roles = guild.roles.filter(({ id }) => ids.includes(id))
  if (users.length === 0 && roles.length === 0) return {}
  const byId = <T extends { id: string }>(list: T[]) =>
    Object.fromEntries(list.map((each) => [each.id, each]))
  return {
    resolved: {
      ...(users.length > 0 && { users: byId(users) }),
      ...(named.length > 0 && {
        members: Object.fromEntries(named.map((person) => [person.id, memberOf(person)])),
      }),
      ...(roles.length > 0 && { roles: byId(roles) }),
    },
  }
}

/** A slash command; while an option is being typed, the question what to suggest for it. */
export function commandInteraction(configuration: Configuration, by: Person, command: Command) {
  const { name, path, given } = command
  const isTyping = given.some(({ focused }) => focused)
  const type = isTyping
    ? InteractionType.ApplicationCommandAutocomplete
    : InteractionType.ApplicationCommand
  const ids = given
    .filter(({ type: kind }) => namesSomebody.has(kind))
    .map(({ value }) => String(value))
  return {
    ...envelope(configuration, by, type),
    data: {
      id: commandId(configuration, name),
      name,
      type: ApplicationCommandType.ChatInput,
      ...nested(path, given),
      ...resolved(configuration, ids),
    },
  }
}

const namesSomebody = new Set([
  ApplicationCommandOptionType.User,
  ApplicationCommandOptionType.Role,
  ApplicationCommandOptionType.Mentionable,
])

const commandId = ({ commands }: Configuration, name: string) =>
  String(1_300_000_000_000_001_000n + BigInt(commands.findIndex((each) => each.name === name)))

/** `path` leads through a group to a subcommand: both are options around the options. */
function nested(path: string[], given: Given[]): object {
  const [first, ...rest] = path
  if (first === undefined) return given.length > 0 ? { options: given } : {}
  const isGroup = rest.length > 0
  const type = isGroup
    ? ApplicationCommandOptionType.SubcommandGroup
    : ApplicationCommandOptionType.Subcommand
  return {
    options: [{ name: first, type, ...(isGroup ? nested(rest, given) : { options: given }) }],
  }
}

export type Component = { customId: string; type: ComponentType; values?: string[] | undefined }

type Used = { message: Message; component: Component }

/** A button, or a choice from a select. */
export function componentInteraction(
  configuration: Configuration,
  by: Person,
  { message, component: { customId, type, values } }: Used,
) {
  return {
    ...envelope(configuration, by, InteractionType.MessageComponent),
    message: sentMessage(configuration, message),
    data: {
      custom_id: customId,
      component_type: type,
      ...(values && { values, ...resolved(configuration, values) }),
    },
  }
}

export type Modal = { customId: string; components: object[]; message: Message | undefined }

/** What was filled into a modal. */
export function modalInteraction(configuration: Configuration, by: Person, modal: Modal) {
  const { customId, components, message } = modal
  return {
    ...envelope(configuration, by, InteractionType.ModalSubmit),
    ...(message && { message: sentMessage(configuration, message) }),
    data: { custom_id: customId, components },
  }
}

/** A message as Discord hands it back to the bot that sent it. */
function sentMessage({ applicationId, guild, bot }: Configuration, message: Message) {
  const { id, at, body, interaction, usedBy, command } = message
  const { content = '', embeds = [], components = [], flags = 0 } = body
  const attachments = message.files.map(({ name, type, size }, index) => ({
    id: String(index),
    filename: name,
    content_type: type,
    size,
  }))
  const user = profileOf(usedBy)
  const metadata = { id: interaction, type: InteractionType.ApplicationCommand, user }
  return {
    id,
    type: command === undefined ? 0 : 20,
    application_id: applicationId,
    channel_id: guild.channel.id,
    author: bot,
    content,
    embeds,
    components,
    attachments,
    flags,
    timestamp: at.toISOString(),
    edited_timestamp: null,
    mentions: [],
    mention_roles: [],
    mention_everyone: false,
    pinned: false,
    tts: false,
    interaction_metadata: metadata,
  }
}
