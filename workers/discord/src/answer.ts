/** From an interaction to its reply, whatever it is and whatever happens. */
import type { Caller } from '@coinop/shared/caller'
import { logError } from '@coinop/shared/log'
import { within } from '@coinop/shared/within'
import type { APIInteractionResponsePong } from 'discord-api-types/v10'
import { broken, unsupported } from './apologies.ts'
import type { Answer } from './commands/command.ts'
import type { Scene } from './context.ts'
import { deliver, type Delivery } from './deferral.ts'
import { focusedOption, Interaction, managesServer, type TypingInteraction } from './interaction.ts'
import type { InteractionReply } from './model.ts'
import { interactionType, responseType } from './protocol.ts'
import { suggestions } from './reply.ts'
import { commandOf, type Run, runOf } from './run.ts'

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
  const run = runOf(scene, interaction)
  if ('reply' in run) return run
  const work = guarded(scene.caller, run)
  return deliver(scene, interaction, { waits: run.waits, work })
}

async function complete(scene: Scene, interaction: TypingInteraction): Promise<InteractionReply> {
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
async function guarded({ requestId }: Caller, { name, perform }: Run): Promise<Answer> {
  try {
    return await perform()
  } catch (error) {
    logError('discord', `commands.${name}`, error, requestId)
    return broken(requestId)
  }
}
