/** What an interaction means: finds the command and the player, and turns refusals into words. */
import { unsupported } from './apologies.ts'
import type { Action, Answer } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { contextOf, type Scene } from './context.ts'
import { readCustomId } from './custom-id.ts'
import {
  type DeferrableInteraction,
  type DiscordUser,
  type FollowingInteraction,
  inputsOf,
  optionsObject,
  userOf,
} from './interaction.ts'
import { interactionType } from './protocol.ts'
import { type Refusal, sentences } from './refusals.ts'
import { message, type Shown } from './reply.ts'

/** What an interaction sets going, and which answer stands in until it is done. */
export type Run = { name: string; waits: Action['waits']; perform: () => Promise<Answer> }

/** Or the message that says why there is none. Pure: nothing has begun yet. */
export function runOf(scene: Scene, interaction: DeferrableInteraction): Run | Shown {
  const user = userOf(interaction)
  if (!user) return unsupported()
  if (interaction.type !== interactionType.command) return runOfAction(scene, interaction, user)
  const command = commandOf(interaction.data.name)
  if (!command) return unsupported()
  const { name } = interaction.data
  const options = optionsObject(interaction.data.options)
  return {
    name,
    waits: command.opensForm(options) ? 'form' : command.audience,
    perform: async () => {
      const context = await contextOf(scene, interaction, { user, command: name })
      const outcome = await command.run(context, options)
      return outcome.ok ? outcome.value : refused(outcome.code)
    },
  }
}

function runOfAction(
  scene: Scene,
  interaction: FollowingInteraction,
  user: DiscordUser,
): Run | Shown {
  const press = readCustomId(scene.buttons, interaction.data.custom_id, user.id)
  if (!press.ok) return refused(press.code)
  const { command: name, action: actionName, args } = press.value
  const action = commandOf(name)?.actions[actionName]
  // We made it, and a newer version of the command does not know it any more.
  if (!action) return refused('button_unknown')
  return {
    name: `${name}.${actionName}`,
    waits: action.waits,
    perform: async () => {
      const context = await contextOf(scene, interaction, { user, command: name })
      const outcome = await action.run(context, { args, inputs: inputsOf(interaction) })
      return outcome.ok ? outcome.value : refused(outcome.code)
    },
  }
}

export const commandOf = (name: string) =>
  commands.find(({ definition }) => definition.name === name)

const refused = (code: Refusal) => message('user', { lines: [sentences[code]] })
