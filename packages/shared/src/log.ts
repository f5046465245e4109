/** One JSON line per request per Worker. Never give it a body, a credential or a header. */
import type { Caller } from './caller.ts'
import { isoTime, now } from './clock.ts'
import { traceIdOf } from './trace.ts'

export type RequestLog = {
  worker: string
  operation: string
  /** The HTTP status, or for RPC `ok` or the code of the refusal. */
  status: number | string
  startedAt: number
  caller: Caller | undefined
}

/** `together`: the line may wait a moment for others, so that they are written at once. */
export function logRequest(
  { worker, operation, status, startedAt, caller }: RequestLog,
  together?: Later,
): void {
  const failed = typeof status === 'number' ? status >= 500 : status === 'internal'
  const at = now()
  const line = {
    level: failed ? 'error' : 'info',
    time: isoTime(at),
    worker,
    operation,
    status,
    durationMs: at - startedAt,
    requestId: caller?.requestId ?? '',
    traceId: traceIdOf(caller?.traceparent ?? ''),
    project: caller?.projectId ?? '',
    actor: caller ? `${caller.kind}:${caller.actorId}` : '',
  }
  write(JSON.stringify(line), failed ? undefined : together)
}

/** Keeps a request's context open for work that nobody waits for. */
type Later = { waitUntil: (work: Promise<unknown>) => void }

/**
 * Where the lines of requests are gathered, and so written: with LOG_TOGETHER, which the local server sets, for there each
 * write wakes another process and costs a request more than all the rest of its policy. Cloudflare's log wants each by itself.
 */
export const togetherOf = (env: unknown, context: Later): Later | undefined =>
  (env as { LOG_TOGETHER?: string } | undefined)?.LOG_TOGETHER ? context : undefined

const waitingMax = 64
const waitingMilliseconds = 100
let waiting: string[] = []
/** Until then somebody is on the way to `flush`: a wait for each gathering would keep ten times as many requests open. */
let awaitedUntil = 0

function write(line: string, together: Later | undefined): void {
  if (!together) return console.log(line)
  waiting.push(line)
  if (waiting.length === waitingMax) return flush()
  const at = now()
  if (at < awaitedUntil) return
  awaitedUntil = at + waitingMilliseconds
  together.waitUntil(scheduler.wait(waitingMilliseconds).then(flush))
}

function flush(): void {
  if (waiting.length > 0) console.log(waiting.join('\n'))
  waiting = []
}

/** A bug or a broken dependency: the stack goes to the log, never to the client. */
export function logError(worker: string, operation: string, error: unknown, requestId = ''): void {
  const { name, message, stack } = withoutParameters(error)
  console.error(
    JSON.stringify({
      level: 'error',
      time: isoTime(now()),
      worker,
      operation,
      requestId,
      error: name,
      message,
      stack,
    }),
  )
}

/** Drizzle's errors repeat the bound parameters, which may be private; the error that they wrap does not. */
function withoutParameters(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error))
  if (!('params' in error)) return error
  return error.cause instanceof Error ? error.cause : new Error('A query failed.')
}
