/** From an interaction to its reply: finds the command and the player, and turns refusals and bugs into words. */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { commands } from './commands/index.ts'
import {
  type CommandInteraction,
  focusedText,
  Interaction,
  optionsObject,
  userOf,
} from './interaction.ts'
import type { InteractionReply } from './model.ts'
import { findPlayer, playerCaller } from './players.ts'
import { interactionType, responseType } from './protocol.ts'
import { sentences } from './refusals.ts'
import { message, suggestions } from './reply.ts'

/** Always a reply that Discord can show. `caller` acts for the application. */
export async function answer(
  env: DiscordEnv,
  caller: Caller,
  payload: unknown,
): Promise<InteractionReply> {
  const { success, data: interaction } = Interaction.safeParse(payload)
  if (!success) return unsupported()
  if (interaction.type === interactionType.ping) return { type: responseType.pong }
  const completing = interaction.type === interactionType.autocomplete
  try {
    return await (completing ? complete : run)(env, caller, interaction)
  } catch (error) {
    logError('discord', `commands.${interaction.data.name}`, error, caller.requestId)
    return completing ? suggestions([]) : broken(caller.requestId)
  }
}

async function run(
  env: DiscordEnv,
  caller: Caller,
  interaction: CommandInteraction,
): Promise<InteractionReply> {
  const command = commandOf(interaction)
  const user = userOf(interaction)
  if (!command || !user) return unsupported()
  const player = await findPlayer(env, caller, user)
  const context = {
    env,
    caller: playerCaller(caller, player),
    player,
    interaction,
    key: `interaction:${interaction.id}`,
  }
  const outcome = await command.run(context, optionsObject(interaction.data.options))
  return outcome.ok ? outcome.value : message('user', { lines: [sentences[outcome.code]] })
}

async function complete(
  env: DiscordEnv,
  caller: Caller,
  interaction: CommandInteraction,
): Promise<InteractionReply> {
  const typed = focusedText(interaction.data.options)
  return suggestions((await commandOf(interaction)?.complete?.(env, caller, typed)) ?? [])
}

const commandOf = ({ data }: CommandInteraction) =>
  commands.find(({ definition }) => definition.name === data.name)

const unsupported = () =>
  message('user', { lines: ['This is not supported here yet. Type `/` to see the commands.'] })

const broken = (requestId: string) =>
  message('user', {
    lines: [
      'Something went wrong on our side. See `/balance` before you try again.',
      `If it stays, report this number: \`${requestId}\``,
    ],
  })
