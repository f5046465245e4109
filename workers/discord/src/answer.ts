/** From an interaction to its reply: finds the command and the player, and turns refusals and bugs into words. */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import type { APIInteractionResponsePong } from 'discord-api-types/v10'
import type { Answer } from './commands/command.ts'
import { commands } from './commands/index.ts'
import { contextOf, type Scene } from './context.ts'
import { readCustomId } from './custom-id.ts'
import { deliver, type Delivery, within } from './deferral.ts'
import {
  type CommandInteraction,
  focusedOption,
  type FollowingInteraction,
  inputsOf,
  Interaction,
  managesServer,
  optionsObject,
  userOf,
} from './interaction.ts'
import type { InteractionReply } from './model.ts'
import { interactionType, responseType } from './protocol.ts'
import { type Refusal, sentences } from './refusals.ts'
import { message, suggestions } from './reply.ts'

/** Discord waits for three seconds, and an answer that comes later is shown as a failure. */
const completionMilliseconds = 2_000

/** Always something that Discord can show. `caller` acts for the application. */
export async function answer(scene: Scene, payload: unknown): Promise<Delivery> {
  const { success, data: interaction } = Interaction.safeParse(payload)
  if (!success) return unsupported()
  const { type } = interaction
  if (type === interactionType.ping)
    return { reply: { type: responseType.pong } satisfies APIInteractionResponsePong }
  if (type === interactionType.autocomplete) return { reply: await complete(scene, interaction) }
  if (type === interactionType.command) return runCommand(scene, interaction)
  return runAction(scene, interaction)
}

async function runCommand(scene: Scene, interaction: CommandInteraction): Promise<Delivery> {
  const command = commandOf(interaction.data.name)
  const user = userOf(interaction)
  if (!command || !user) return unsupported()
  const options = optionsObject(interaction.data.options)
  const work = guarded(scene.caller, interaction.data.name, async () => {
    const context = await contextOf(scene, interaction, { user, command: interaction.data.name })
    const outcome = await command.run(context, options)
    return outcome.ok ? outcome.value : refused(outcome.code)
  })
  const waits = command.opensForm(options) ? 'form' : command.audience
  return deliver(scene, { token: interaction.token, waits }, work)
}

async function runAction(scene: Scene, interaction: FollowingInteraction): Promise<Delivery> {
  const user = userOf(interaction)
  if (!user) return unsupported()
  const press = readCustomId(scene.buttons, interaction.data.custom_id, user.id)
  if (!press.ok) return refused(press.code)
  const { command: name, action: actionName, args } = press.value
  const action = commandOf(name)?.actions[actionName]
  // We made it, and a newer version of the command does not know it any more.
  if (!action) return refused('button_unknown')
  const work = guarded(scene.caller, `${name}.${actionName}`, async () => {
    const context = await contextOf(scene, interaction, { user, command: name })
    const outcome = await action.run(context, { args, inputs: inputsOf(interaction) })
    return outcome.ok ? outcome.value : refused(outcome.code)
  })
  return deliver(scene, { token: interaction.token, waits: action.waits }, work)
}

async function complete(scene: Scene, interaction: CommandInteraction): Promise<InteractionReply> {
  const { name, options } = interaction.data
  const { env, caller } = scene
  try {
    const { option, typed } = focusedOption(options)
    const mayManage = managesServer(interaction) && scene.ownServer !== undefined
    const asked = commandOf(name)?.complete?.(env, caller, typed, { option, mayManage })
    const choices = await within(completionMilliseconds, asked ?? Promise.resolve([]))
    return suggestions(choices ?? [])
  } catch (error) {
    logError('discord', `commands.${name}`, error, caller.requestId)
    return suggestions([])
  }
}

/** Never rejects: a bug is logged, and the user sees the number that the log has. */
async function guarded(
  { requestId }: Caller,
  name: string,
  perform: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await perform()
  } catch (error) {
    logError('discord', `commands.${name}`, error, requestId)
    return broken(requestId)
  }
}

const commandOf = (name: string) => commands.find(({ definition }) => definition.name === name)

const refused = (code: Refusal) => message('user', { lines: [sentences[code]] })

const unsupported = () =>
  message('user', { lines: ['This is not supported here yet. Type `/` to see the commands.'] })

const broken = (requestId: string) =>
  message('user', {
    lines: [
      'Something went wrong on our side. See `/balance` before you try again.',
      `If it stays, report this number: \`${requestId}\``,
    ],
  })
