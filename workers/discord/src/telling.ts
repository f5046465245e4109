/** The real answer, after one that stood in: by an edit, by a message of its own, and what everybody sees besides. */
import { logError } from '@coinop/shared/log'
import { broken } from './apologies.ts'
import type { Action, Answer } from './commands/command.ts'
import type { Scene } from './context.ts'
import type { Answered } from './discord-rest.ts'
import { responseType } from './protocol.ts'
import { editReply, isBusy, sendMore } from './replies.ts'
import type { Shown } from './reply.ts'

type Waiting = { token: string; waits: Action['waits'] }
/** `later`: Discord was busy, and may take it yet. `unknown`: it knows no such reply, or not yet. `over`: told, or refused for good. */
export type Telling = { state: 'later' | 'unknown' | 'over'; retryAfter?: number | undefined }

/** Never throws. */
export async function tell(
  scene: Scene,
  { token, waits }: Waiting,
  answer: Answer,
): Promise<Telling> {
  if (!('reply' in answer)) throw new Error('A form cannot be waited for.')
  const target = { applicationId: scene.applicationId, token }
  // A refusal must not replace the message that the button belongs to.
  const isNew = waits === 'update' && answer.reply.type === responseType.message
  const say = (shown: Shown) => (isNew ? sendMore : editReply)(scene.discord, target, shown)
  let sent = await say(answer)
  noteFailure(scene, 'replies.edit', sent)
  // Our own mistake: then at least that is said.
  if (!sent.ok && sent.status === 400) sent = await say(broken(scene.caller.requestId))
  const telling = tellingOf(sent, isNew)
  if (answer.also && telling.state !== 'later') await sendAlso(scene, token, answer.also)
  return telling
}

function tellingOf(sent: Answered, isNew: boolean): Telling {
  if (sent.ok) return { state: 'over' }
  // A message that may have been sent is not sent twice.
  if (isNew && sent.status !== 429) return { state: 'over' }
  if (isBusy(sent.status)) return { state: 'later', retryAfter: sent.retryAfter }
  return { state: sent.status === 404 ? 'unknown' : 'over' }
}

/** A message for everybody; only an edited or a first reply can be private. */
export async function sendAlso(scene: Scene, token: string, shown: Shown): Promise<void> {
  if (token === '') return
  const target = { applicationId: scene.applicationId, token }
  noteFailure(scene, 'replies.send', await sendMore(scene.discord, target, shown))
}

/** Discord's words, and never ours: the address of a reply is a secret. */
function noteFailure({ caller }: Scene, operation: string, sent: Answered): void {
  if (sent.ok) return
  const said = sent.status === 0 ? 'nothing' : `${sent.status}`
  logError('discord', operation, new Error(`Discord answered ${said}.`), caller.requestId)
}
