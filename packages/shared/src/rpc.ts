/** How a named entrypoint answers: logged like a request, failures as values, bugs as exceptions. */
import type { Caller } from './caller.ts'
import { now } from './clock.ts'
import { logError, logRequest } from './log.ts'
import { Problem } from './problem.ts'
import { fail, ok, type Result } from './result.ts'

/** Runs one RPC operation of `worker` and writes its log line. */
export async function rpcOperation<T>(
  worker: string,
  operation: string,
  caller: Caller,
  perform: () => Promise<T>,
): Promise<T> {
  const startedAt = now()
  try {
    const result = await perform()
    logRequest({ worker, operation, status: statusOf(result), startedAt, caller })
    return result
  } catch (error) {
    logError(worker, operation, error, caller.requestId)
    logRequest({ worker, operation, status: 'internal', startedAt, caller })
    throw error
  }
}

function statusOf(result: unknown): string {
  const refused = typeof result === 'object' && result !== null && 'ok' in result && !result.ok
  return refused && 'code' in result ? String(result.code) : 'ok'
}

/** What `perform` answers; the problems of these codes that it throws are refusals, all else is thrown on. */
export async function refusing<T, C extends string>(
  codes: readonly C[],
  perform: () => Promise<T>,
): Promise<Result<T, C>> {
  try {
    return ok(await perform())
  } catch (error) {
    const code = codes.find((each) => error instanceof Problem && error.code === each)
    if (code === undefined) throw error
    return fail(code)
  }
}
