/** A slow answer: first one that stands in, at once, then the real one by an edit; also when the work failed or took too long. */
import { within } from '@coinop/shared/within'
import type {
  APIInteractionResponseDeferredChannelMessageWithSource,
  APIInteractionResponseDeferredMessageUpdate,
} from 'discord-api-types/v10'
import { goingOn, tookTooLong } from './apologies.ts'
import type { Action, Answer } from './commands/command.ts'
import type { Scene } from './context.ts'
import { forget, noteDown } from './deferral-note.ts'
import type { DeferrableInteraction } from './interaction.ts'
import type { InteractionReply, Picture } from './model.ts'
import { ephemeral, responseType } from './protocol.ts'
import { sendAlso, tell } from './telling.ts'

/** What goes back to Discord. */
export type Delivery = { reply: InteractionReply; picture?: Picture | undefined }

/** Discord waits for three seconds; the way to us takes some of them. */
export const deferralMilliseconds = 650
/** How long Discord waits for the note besides. A note that takes longer is still written. */
const noteMilliseconds = 100
/** The platform ends work 30 seconds after the answer, which leaves five for the edit. */
export const workMilliseconds = 25_000

type Waiting = { waits: Action['waits']; work: Promise<Answer> }

/** `work` never rejects. */
export async function deliver(
  scene: Scene,
  interaction: DeferrableInteraction,
  { waits, work }: Waiting,
): Promise<Delivery> {
  const { token } = interaction
  const canWait = token !== '' && waits !== 'form'
  const answer = canWait ? await within(deferralMilliseconds, work) : await work
  if (answer) {
    if ('also' in answer && answer.also) scene.waitUntil(sendAlso(scene, token, answer.also))
    return deliveryOf(answer)
  }
  const noted = noteDown(scene, interaction)
  const answered = within(noteMilliseconds, noted)
  scene.waitUntil(answered.then(() => finish(scene, interaction, { waits, work, noted })))
  await answered
  return { reply: standIn(waits) }
}

const deliveryOf = (answer: Answer): Delivery =>
  'reply' in answer ? { reply: answer.reply, picture: answer.picture } : { reply: answer }

function standIn(waits: Action['waits']): InteractionReply {
  if (waits === 'update') {
    return {
      type: responseType.deferredUpdate,
    } satisfies APIInteractionResponseDeferredMessageUpdate
  }
  return {
    type: responseType.deferred,
    data: waits === 'user' ? { flags: ephemeral } : {},
  } satisfies APIInteractionResponseDeferredChannelMessageWithSource
}

async function finish(
  scene: Scene,
  interaction: DeferrableInteraction,
  { waits, work, noted }: Waiting & { noted: Promise<boolean> },
): Promise<void> {
  const waiting = { token: interaction.token, waits }
  const answer = await within(workMilliseconds, work)
  if (!answer) {
    const isNoted = await within(0, noted)
    await tell(scene, waiting, isNoted ? goingOn() : tookTooLong())
    return
  }
  const { state } = await tell(scene, waiting, answer)
  // What Discord did not take now is for the note's alarm.
  if (state === 'over') await forget(scene, interaction, noted)
}
