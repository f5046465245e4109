/** What Discord sends, as far as we read it. Not strict like our own inputs: Discord adds fields without notice. */
import { z } from 'zod'
import { interactionType } from './protocol.ts'

export const Snowflake = z.string().regex(/^\d{17,20}$/)

const User = z.object({
  id: Snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
})
const Member = z.object({ nick: z.string().nullish() })

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

const from = {
  id: Snowflake,
  /** In a server the user stands inside the member, in a direct message alone. */
  member: Member.extend({ user: User }).optional(),
  user: User.optional(),
  data: z.object({
    name: z.string().max(32),
    options: Options,
    resolved: z
      .object({
        users: z.record(Snowflake, User).default({}),
        members: z.record(Snowflake, Member).default({}),
      })
      .default({ users: {}, members: {} }),
  }),
}

export const Interaction = z.discriminatedUnion('type', [
  z.object({ type: z.literal(interactionType.ping) }),
  z.object({ type: z.literal(interactionType.command), ...from }),
  z.object({ type: z.literal(interactionType.autocomplete), ...from }),
])
export type CommandInteraction = Extract<
  z.infer<typeof Interaction>,
  { type: typeof interactionType.command | typeof interactionType.autocomplete }
>

/** Somebody on Discord: `name` is what the server shows of them. */
export type DiscordUser = { id: string; name: string; isBot: boolean }

const toUser = (
  { id, username, global_name, bot }: z.infer<typeof User>,
  nick: string | null | undefined,
): DiscordUser => ({ id, name: nick ?? global_name ?? username, isBot: bot ?? false })

/** Who used the command. */
export function userOf({ member, user }: CommandInteraction): DiscordUser | undefined {
  if (member) return toUser(member.user, member.nick)
  return user && toUser(user, undefined)
}

/** Somebody the command names by an option, as Discord resolved them. */
export function namedUser({ data }: CommandInteraction, id: string): DiscordUser | undefined {
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

/** What the user has typed so far into the option that Discord wants completed. */
export function focusedText(options: Options): string {
  const values = options.flatMap((option) => ('value' in option ? [option] : option.options))
  return String(values.find(({ focused }) => focused)?.value ?? '')
}
