/** What a command is: its definition for Discord, its options, what it does and what its buttons do. One file per command. */
import type { Caller } from '@coinop/shared/caller'
import { fail, type Result } from '@coinop/shared/result'
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10'
import type { z } from 'zod'
import type { DiscordConnection } from '../discord-rest.ts'
import type { UserInteraction } from '../interaction.ts'
import type { Button, Choice, ModalReply } from '../model.ts'
import type { Player } from '../players.ts'
import type { buttonStyle } from '../protocol.ts'
import type { Refusal } from '../refusals.ts'
import type { Audience, Shown } from '../reply.ts'

export type Definition = RESTPostAPIChatInputApplicationCommandsJSONBody

export type NewButton = {
  label: string
  /** One of the command's own. */
  action: string
  args?: string[]
  style?: keyof typeof buttonStyle
  disabled?: boolean
}
export type NewInput = {
  name: string
  label: string
  placeholder?: string
  /** What stands in it already. */
  value?: string
  max: number
  isLong?: boolean
  isOptional?: boolean
}
/** A form of at most five inputs; `action` is what happens with them. */
export type NewModal = Pick<NewButton, 'action' | 'args'> & { title: string; inputs: NewInput[] }

export type Context = {
  env: DiscordEnv
  /** The player, as the other services know them. */
  caller: Caller
  player: Player
  interaction: UserInteraction
  /** Made of the interaction's id: ten copies of one interaction have one effect. */
  key: string
  /** The server that the command was used in, where it has an economy that its managers may change. */
  ownServer: string | undefined
  applicationId: string
  discord: DiscordConnection
  /** An earlier run with this key may have done it, and nobody has heard of it. */
  isCarriedOn: boolean
  /** Only the user of this command can press it. */
  button: (button: NewButton) => Button
  modal: (modal: NewModal) => ModalReply
}

/** What the user sees, and what everybody sees besides. */
export type Answer = (Shown & { also?: Shown }) | ModalReply
type Outcome = Promise<Result<Answer, Refusal>>
/** `option`: the one that is being typed; `mayManage`: whether the user may see what only managers see. */
export type Asking = { option: string; mayManage: boolean }
type Completion = (
  env: DiscordEnv,
  caller: Caller,
  typed: string,
  asking: Asking,
) => Promise<Choice[]>

/** What a button or a form of the command does. */
export type Action = {
  /** Which answer stands in until it is done. `form` is done at once: nothing can stand in for a form. */
  waits: Audience | 'update' | 'form'
  run: (context: Context, press: { args: string[]; inputs: Record<string, string> }) => Outcome
}

export type Command = {
  definition: Definition
  /** Who sees the answer, should it have to be waited for. */
  audience: Audience
  /** Whether the answer to these options is a form, which cannot be waited for. */
  opensForm: (options: unknown) => boolean
  run: (context: Context, options: unknown) => Outcome
  actions: Record<string, Action>
  /** Suggests values for the option that the user is typing. */
  complete?: Completion
}

type CommandParts<S extends z.ZodType> = {
  definition: Definition
  audience: Audience
  options: S
  opensForm?: (options: z.infer<S>) => boolean
  handle: (context: Context, options: z.infer<S>) => Outcome
  actions?: Record<string, Action>
  complete?: Completion
}

/** Options that do not fit mean that Discord still shows an older definition. */
export function defineCommand<S extends z.ZodType>(parts: CommandParts<S>): Command {
  const { definition, audience, options, opensForm, handle, actions = {}, complete } = parts
  return {
    definition,
    audience,
    actions,
    opensForm: (given) => {
      const parsed = options.safeParse(given)
      return parsed.success && opensForm?.(parsed.data) === true
    },
    run: async (context, given) => {
      const parsed = options.safeParse(given)
      return parsed.success ? handle(context, parsed.data) : fail('command_outdated')
    },
    ...(complete && { complete }),
  }
}
