/** A slow answer: first one that stands in, at once, then the real one by an edit; also when the work failed or took too long. */
import { logError } from '@coinop/shared/log'
import type {
  APIInteractionResponseDeferredChannelMessageWithSource,
  APIInteractionResponseDeferredMessageUpdate,
} from 'discord-api-types/v10'
import type { Action, Answer } from './commands/command.ts'
import type { Scene } from './context.ts'
import type { Answered } from './discord-rest.ts'
import type { InteractionReply, Picture } from './model.ts'
import { ephemeral, responseType } from './protocol.ts'
import { editReply, sendMore } from './replies.ts'
import { message, type Shown } from './reply.ts'

/** What goes back to Discord. */
export type Delivery = { reply: InteractionReply; picture?: Picture | undefined }

/** Discord waits for three seconds; the way to us takes some of them. */
export const deferralMilliseconds = 800
/** The platform ends work 30 seconds after the answer, which leaves five for the edit. */
const workMilliseconds = 25_000

type Waiting = { token: string; waits: Action['waits'] }

/** `work` never rejects. */
export async function deliver(
  scene: Scene,
  { token, waits }: Waiting,
  work: Promise<Answer>,
): Promise<Delivery> {
  const canWait = token !== '' && waits !== 'form'
  const answer = canWait ? await within(deferralMilliseconds, work) : await work
  const target = { applicationId: scene.applicationId, token }
  if (answer) {
    if ('also' in answer && answer.also) scene.waitUntil(sendAlso(scene, target, answer.also))
    return deliveryOf(answer)
  }
  scene.waitUntil(finish(scene, { ...target, waits }, work))
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

type Target = { applicationId: string; token: string }

async function finish(
  scene: Scene,
  { waits, ...target }: Target & { waits: Action['waits'] },
  work: Promise<Answer>,
): Promise<void> {
  const answer: Answer = (await within(workMilliseconds, work)) ?? tookTooLong()
  if (!('reply' in answer)) throw new Error('A form cannot be waited for.')
  // A refusal must not replace the message that the button belongs to.
  const isNew = waits === 'update' && answer.reply.type === responseType.message
  const sent = await (isNew ? sendMore : editReply)(scene.discord, target, answer)
  noteFailure(scene, 'replies.edit', sent)
  if (answer.also) await sendAlso(scene, target, answer.also)
}

async function sendAlso(scene: Scene, target: Target, shown: Shown): Promise<void> {
  if (target.token === '') return
  noteFailure(scene, 'replies.send', await sendMore(scene.discord, target, shown))
}

/** Discord's words, and never ours: the address of a reply is a secret. */
function noteFailure({ caller }: Scene, operation: string, sent: Answered): void {
  if (sent.ok) return
  const said = sent.status === 0 ? 'nothing' : `${sent.status}`
  logError('discord', operation, new Error(`Discord answered ${said}.`), caller.requestId)
}

const tookTooLong = () =>
  message('user', {
    lines: [
      'This takes longer than it should, and may still be done. See `/balance` before you try again.',
    ],
  })

/** What `work` answers; undefined when that takes longer. */
export async function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<undefined>((done) => {
    timer = setTimeout(() => done(undefined), milliseconds)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
