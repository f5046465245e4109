/** What a command is: its definition for Discord, its options, and what it does. One file per command. */
import type { Caller } from '@coinop/shared/caller'
import { fail, type Result } from '@coinop/shared/result'
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10'
import type { z } from 'zod'
import type { CommandInteraction } from '../interaction.ts'
import type { Choice, MessageReply } from '../model.ts'
import type { Player } from '../players.ts'
import type { Refusal } from '../refusals.ts'

export type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody

export type Context = {
  env: DiscordEnv
  /** The player, as the other services know them. */
  caller: Caller
  player: Player
  interaction: CommandInteraction
  /** Made of the interaction's id: ten copies of one interaction have one effect. */
  key: string
}

type Outcome = Promise<Result<MessageReply, Refusal>>
type Completion = (env: DiscordEnv, caller: Caller, typed: string) => Promise<Choice[]>

export type Command = {
  definition: Definition
  run: (context: Context, options: unknown) => Outcome
  /** Suggests values for the option that the user is typing. */
  complete?: Completion
}

type CommandParts<S extends z.ZodType> = {
  definition: Definition
  options: S
  handle: (context: Context, options: z.infer<S>) => Outcome
  complete?: Completion
}

/** Options that do not fit mean that Discord still shows an older definition. */
export function defineCommand<S extends z.ZodType>(parts: CommandParts<S>): Command {
  const { definition, options, handle, complete } = parts
  return {
    definition,
    run: async (context, given) => {
      const parsed = options.safeParse(given)
      return parsed.success ? handle(context, parsed.data) : fail('command_outdated')
    },
    ...(complete && { complete }),
  }
}
