/** What Discord sends, as far as we read it. Not strict like our own inputs: Discord adds fields without notice. */
import { z } from 'zod'
import { interactionType, permission } from './protocol.ts'

export const Snowflake = z.string().regex(/^\d{17,20}$/)

const User = z.object({
  id: Snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
})
const Member = z.object({ nick: z.string().nullish() })
/** Who used something in a server, with what they may do and have there. */
const UsingMember = Member.extend({
  user: User,
  permissions: z
    .string()
    .regex(/^\d{1,20}$/)
    .default('0'),
  roles: z.array(Snowflake).max(500).default([]),
})

const Value = z.object({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]),
  focused: z.boolean().optional(),
})
const Subcommand = z.object({ name: z.string(), options: z.array(Value).max(25).default([]) })
const Options = z
  .array(z.union([Value, Subcommand]))
  .max(25)
  .default([])
export type Options = z.infer<typeof Options>

const resolved = z
  .object({
    users: z.record(Snowflake, User).default({}),
    members: z.record(Snowflake, Member).default({}),
  })
  .default({ users: {}, members: {} })

const from = {
  id: Snowflake,
  /** A secret: it edits our reply. Without one nothing can be deferred. */
  token: z.string().max(1_000).default(''),
  guild_id: Snowflake.optional(),
  /** In a server the user stands inside the member, in a direct message alone. */
  member: UsingMember.optional(),
  user: User.optional(),
}
const command = {
  ...from,
  data: z.object({ name: z.string().max(32), options: Options, resolved }),
}
const CustomId = z.string().min(1).max(100)

const Input = z.object({ custom_id: CustomId, value: z.string().max(4_000) })
/** The message that the button stands on, or that the form was opened from. */
const message = z.object({ edited_timestamp: z.string().nullish() }).optional()
const component = { ...from, message, data: z.object({ custom_id: CustomId, resolved }) }
const modal = {
  ...from,
  message,
  data: z.object({
    custom_id: CustomId,
    resolved,
    components: z.array(z.object({ components: z.array(Input).max(5) })).max(5),
  }),
}

/** What a user does, and waits for. */
const deferrable = [
  z.object({ type: z.literal(interactionType.command), ...command }),
  z.object({ type: z.literal(interactionType.component), ...component }),
  z.object({ type: z.literal(interactionType.modal), ...modal }),
] as const
export const DeferrableInteraction = z.discriminatedUnion('type', deferrable)
export type DeferrableInteraction = z.infer<typeof DeferrableInteraction>

export const Interaction = z.discriminatedUnion('type', [
  z.object({ type: z.literal(interactionType.ping) }),
  z.object({ type: z.literal(interactionType.autocomplete), ...command }),
  ...deferrable,
])
export type Interaction = z.infer<typeof Interaction>
type OfType<T extends number> = Extract<Interaction, { type: T }>
/** While somebody types an option that is completed. */
export type TypingInteraction = OfType<typeof interactionType.autocomplete>
/** A pressed button, or a form that was sent. */
export type FollowingInteraction = OfType<
  typeof interactionType.component | typeof interactionType.modal
>
/** By a user, about something. */
export type UserInteraction = DeferrableInteraction | TypingInteraction

/** What was written into a form, by the names of its inputs. */
export const inputsOf = (interaction: FollowingInteraction): Record<string, string> =>
  interaction.type === interactionType.modal
    ? Object.fromEntries(
        interaction.data.components
          .flatMap(({ components }) => components)
          .map(({ custom_id, value }) => [custom_id, value]),
      )
    : {}

/** Somebody on Discord: `name` is what the server shows of them. */
export type DiscordUser = { id: string; name: string; isBot: boolean }

const toUser = (
  { id, username, global_name, bot }: z.infer<typeof User>,
  nick: string | null | undefined,
): DiscordUser => ({ id, name: nick ?? global_name ?? username, isBot: bot ?? false })

/** Who used the command. */
export function userOf({ member, user }: UserInteraction): DiscordUser | undefined {
  if (member) return toUser(member.user, member.nick)
  return user && toUser(user, undefined)
}

/** Whether the user may manage the server that they are in; nobody may in a direct message. */
export function managesServer({ guild_id, member }: UserInteraction): boolean {
  if (guild_id === undefined || !member) return false
  const { administrator, manageServer } = permission
  return (BigInt(member.permissions) & (administrator | manageServer)) !== 0n
}

/** Somebody the command names by an option, as Discord resolved them. */
export function namedUser({ data }: UserInteraction, id: string): DiscordUser | undefined {
  const user = data.resolved.users[id]
  return user && toUser(user, data.resolved.members[id]?.nick)
}

/** `[{name, value}]` as an object; a subcommand becomes an object under its name. */
export const optionsObject = (options: Options): Record<string, unknown> =>
  Object.fromEntries(
    options.map((option) => [
      option.name,
      'value' in option ? option.value : optionsObject(option.options),
    ]),
  )

/** The option that Discord wants completed, and what the user has typed into it so far. */
export function focusedOption(options: Options): { option: string; typed: string } {
  const values = options.flatMap((option) => ('value' in option ? [option] : option.options))
  const focused = values.find((each) => each.focused)
  return { option: focused?.name ?? '', typed: String(focused?.value ?? '') }
}
