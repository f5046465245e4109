/** Answers that come after the first one: the reply of an interaction is edited or looked at, or one more message is sent. Tried again when Discord is busy. */
import type {
  RESTPatchAPIInteractionOriginalResponseJSONBody,
  RESTPostAPIInteractionFollowupJSONBody,
} from 'discord-api-types/v10'
import type { MessageReply } from './model.ts'
import { type Answered, type DiscordConnection, send } from './discord-rest.ts'
import type { Shown } from './reply.ts'

/** The token is a secret, and good for 15 minutes. */
export type ReplyTarget = { applicationId: string; token: string }

const pathOf = ({ applicationId, token }: ReplyTarget) =>
  `/webhooks/${applicationId}/${encodeURIComponent(token)}`

const triesMax = 4
const timeoutMilliseconds = 4_000
const pauseMilliseconds = 400
const pauseMillisecondsMax = 5_000

/** Replaces what the interaction was first answered with. Doing it again changes nothing. */
export const editReply = (
  connection: DiscordConnection,
  target: ReplyTarget,
  shown: Shown,
): Promise<Answered> =>
  persistently(connection, {
    method: 'PATCH' as const,
    path: `${pathOf(target)}/messages/@original`,
    body: withoutFlags(shown.reply.data) satisfies RESTPatchAPIInteractionOriginalResponseJSONBody,
    picture: shown.picture,
  })

/** One more message, private or not. Only tried again when Discord says that it did not take it. */
export const sendMore = (
  connection: DiscordConnection,
  target: ReplyTarget,
  shown: Shown,
): Promise<Answered> =>
  persistently(connection, {
    method: 'POST' as const,
    path: pathOf(target),
    body: shown.reply.data satisfies RESTPostAPIInteractionFollowupJSONBody,
    picture: shown.picture,
  })

/** The reply as Discord has it now; one try. */
export const readReply = (connection: DiscordConnection, target: ReplyTarget): Promise<Answered> =>
  send(connection, {
    method: 'GET',
    path: `${pathOf(target)}/messages/@original`,
    timeout: timeoutMilliseconds,
  })

/** Whether only the user sees it was said with the first answer, and cannot be changed. */
function withoutFlags({ flags: _, ...data }: MessageReply['data']) {
  return { content: '', embeds: [], components: [], attachments: [], ...data }
}

type Request = Parameters<typeof send>[1]

async function persistently(connection: DiscordConnection, request: Request): Promise<Answered> {
  for (let tried = 1; ; tried++) {
    const answer = await send(connection, { ...request, timeout: timeoutMilliseconds })
    if (answer.ok || tried === triesMax || !isPassing(request, answer.status)) return answer
    const asked = (answer.retryAfter ?? 0) * 1_000
    const wait = Math.min(Math.max(asked, pauseMilliseconds * tried), pauseMillisecondsMax)
    await new Promise((done) => setTimeout(done, wait))
  }
}

/** 404: Discord has not yet taken note of the first answer. A message that may have been sent is not sent twice. */
const isPassing = ({ method }: Pick<Request, 'method'>, status: number): boolean =>
  status === 429 || (method !== 'POST' && (status === 404 || isBusy(status)))

/** Discord answers with what is not about the request, or not at all: status 0. */
export const isBusy = (status: number): boolean => status === 0 || status === 429 || status >= 500
