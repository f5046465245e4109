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

export function logRequest({ worker, operation, status, startedAt, caller }: RequestLog): void {
  const failed = typeof status === 'number' ? status >= 500 : status === 'internal'
  const line = {
    level: failed ? 'error' : 'info',
    time: isoTime(now()),
    worker,
    operation,
    status,
    durationMs: now() - startedAt,
    requestId: caller?.requestId ?? '',
    traceId: traceIdOf(caller?.traceparent ?? ''),
    project: caller?.projectId ?? '',
    actor: caller ? `${caller.kind}:${caller.actorId}` : '',
  }
  console.log(JSON.stringify(line))
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
