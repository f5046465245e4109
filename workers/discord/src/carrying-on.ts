/** Gives a reply that is owed, when whoever owed it is gone: looks whether it still stands out, does the work once more, and tells. */
import { now } from '@coinop/shared/clock'
import { logError } from '@coinop/shared/log'
import { within } from '@coinop/shared/within'
import { z } from 'zod'
import { gaveUp, goingOnLine } from './apologies.ts'
import type { Action, Answer } from './commands/command.ts'
import type { Scene } from './context.ts'
import { workMilliseconds } from './deferral.ts'
import { type Note, sceneOfNote } from './deferral-note.ts'
import type { DeferrableInteraction } from './interaction.ts'
import { loading } from './protocol.ts'
import { isBusy, readReply } from './replies.ts'
import type { Shown } from './reply.ts'
import { type Run, runOf } from './run.ts'
import { type Telling, tell } from './telling.ts'

/** Then it is not tried again, and said so. */
export const triedMilliseconds = 14 * 60_000
/** A token is good for 15 minutes. */
export const tokenMilliseconds = 15 * 60_000

/** `over`: told, or nobody waits for it any more. */
export type CarriedOn = Pick<Telling, 'retryAfter'> & { state: 'later' | 'over' }

/** Safe to repeat: what it does, it does under the interaction's id, and what it says replaces what it said before. */
export async function carryOn(
  env: DiscordEnv,
  note: Note,
  waitUntil: Scene['waitUntil'],
): Promise<CarriedOn> {
  const { interaction } = note
  const age = now() - note.at
  if (age >= tokenMilliseconds) return { state: 'over' }
  const scene = sceneOfNote(env, note, waitUntil)
  const run = runOf(scene, interaction)
  const waiting = { token: interaction.token, waits: 'reply' in run ? 'user' : run.waits } as const
  const { applicationId } = scene
  const shown = await readReply(scene.discord, { applicationId, token: interaction.token })
  if (!shown.ok) {
    // Gone, or never begun: Discord has told the user that it failed, so it is not done behind their back.
    if (!isBusy(shown.status)) return { state: 'over' }
    return { state: 'later', retryAfter: shown.retryAfter }
  }
  if (!isOwed(shown.body, interaction, waiting.waits)) return { state: 'over' }
  const answer = age >= triedMilliseconds ? gaveUp() : await answerOf(scene, run)
  if (!answer) return { state: 'later' }
  const { state, retryAfter } = await tell(scene, waiting, answer)
  return { state: state === 'later' ? 'later' : 'over', retryAfter }
}

const ReplyNow = z.object({
  content: z.string().default(''),
  flags: z.int().default(0),
  edited_timestamp: z.string().nullish(),
})

/**
 * Whether nobody has answered yet. The message of a button may have changed since by a press that came later, and what was
 * decided then must not be undone: somebody who was not answered and chose to keep their money keeps it.
 */
function isOwed(
  body: unknown,
  interaction: DeferrableInteraction,
  waits: Action['waits'],
): boolean {
  const { content, flags, edited_timestamp: editedAt } = ReplyNow.parse(body)
  if (waits !== 'update') return (flags & loading) !== 0 || content === goingOnLine
  const before = 'message' in interaction ? interaction.message?.edited_timestamp : undefined
  return timeOf(editedAt) === timeOf(before)
}

/** Discord writes the same time in more than one way. */
const timeOf = (text: string | null | undefined): number => (text ? Date.parse(text) : 0)

/** Undefined when it failed or takes too long: then it is tried again. */
async function answerOf(scene: Scene, run: Run | Shown): Promise<Answer | undefined> {
  if (!('perform' in run)) return run
  try {
    return await within(workMilliseconds, run.perform())
  } catch (error) {
    logError('discord', `commands.${run.name}`, error, scene.caller.requestId)
    return undefined
  }
}
