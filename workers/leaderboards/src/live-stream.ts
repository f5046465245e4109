/** A live feed for the client: the object's socket as it is, or its messages as server-sent events. */
import { Problem } from '@coinop/shared/problem'
import type { LiveMessage, LiveSeason } from './board-commands.ts'
import type { boardObject } from './seasons.ts'

/** Messages that wait for a slow reader; with one more the stream ends, and its client resumes. */
const messagesWaitingMax = 64
/** Proxies end what is silent for longer. */
const pingMilliseconds = 20_000

type BoardStub = ReturnType<typeof boardObject>
export type Listening = { season: LiveSeason; after: number | undefined }

/** The answer 101; throws `unavailable` when the board has all the subscribers it may have. */
export async function subscribed(
  object: BoardStub,
  { season, after }: Listening,
): Promise<Response> {
  const url = new URL('http://board/live')
  url.searchParams.set('season', JSON.stringify(season))
  if (after !== undefined) url.searchParams.set('after', String(after))
  const response = await object.fetch(url.href, { headers: { upgrade: 'websocket' } })
  if (response.webSocket) return response
  const detail = 'The leaderboard has as many live subscribers as it may have.'
  throw new Problem('unavailable', { detail, headers: { 'retry-after': '10' } })
}

/** The object's socket sleeps while nothing happens; what keeps the stream open is this Worker, which holds no state. */
export async function eventStream(object: BoardStub, listening: Listening): Promise<Response> {
  const socket = (await subscribed(object, listening)).webSocket!
  const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }
  return new Response(eventsOf(socket), { headers })
}

function eventsOf(socket: WebSocket): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let pinging: ReturnType<typeof setInterval>
  let open = true
  const end = () => {
    open = false
    clearInterval(pinging)
    socket.close(1000, 'done')
  }
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const stop = () => {
      if (!open) return
      end()
      controller.close()
    }
    socket.addEventListener('message', ({ data }) => {
      if (!open) return
      if ((controller.desiredSize ?? 0) <= 0) return stop()
      controller.enqueue(encoder.encode(textOf(String(data))))
    })
    socket.addEventListener('close', stop)
    socket.addEventListener('error', stop)
    controller.enqueue(encoder.encode('retry: 1000\n\n'))
    pinging = setInterval(() => socket.send('ping'), pingMilliseconds)
    socket.accept()
  }
  return new ReadableStream({ start, cancel: end }, { highWaterMark: messagesWaitingMax })
}

/** The id of an event is what its client sends as `Last-Event-ID` when it comes again. */
function textOf(data: string): string {
  if (data === 'pong') return ': still here\n\n'
  const message = JSON.parse(data) as LiveMessage
  return `id: ${positionOf(message)}\nevent: ${message.type}\ndata: ${data}\n\n`
}

/** A sequence is one of a season: whoever resumes in the next one begins it with a snapshot. */
export const positionOf = ({ seasonId, sequence }: Pick<LiveMessage, 'seasonId' | 'sequence'>) =>
  `${seasonId}.${sequence}`
