/** Hands a request to the Worker that answers its path, with the caller in a header that only we can write. */
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { costHeader } from '@coinop/shared/cost'
import { logError } from '@coinop/shared/log'
import { Problem } from '@coinop/shared/problem'
import type { Binding, Exchange } from './exchange.ts'

export function forward(exchange: Exchange): Promise<Response> {
  if (!exchange.binding) throw new Problem('not_found')
  return answerOf(exchange, exchange.binding)
}

async function answerOf(exchange: Exchange, binding: Binding): Promise<Response> {
  const { env, url, method, body, caller } = exchange
  const headers = forwardedHeaders(exchange.headers, caller)
  try {
    const answer = await env[binding].fetch(url, { method, headers, ...(body && { body }) })
    return new Response(answer.body, answer)
  } catch (error) {
    logError('gateway', `forward.${binding.toLowerCase()}`, error, caller.requestId)
    throw new Problem('unavailable', { headers: { 'retry-after': '1' } })
  }
}

/** Credentials stop here; what a client says about the caller is dropped. */
function forwardedHeaders(incoming: Headers, caller: Caller): Headers {
  const headers = new Headers(incoming)
  for (const name of incoming.keys()) {
    if (name === costHeader) continue
    if (name.startsWith('coinop-') || name.startsWith('x-internal-')) headers.delete(name)
  }
  for (const name of ['authorization', 'x-api-key', 'cookie', 'content-length'])
    headers.delete(name)
  headers.set(callerHeader, JSON.stringify(caller))
  headers.set('x-request-id', caller.requestId)
  headers.set('traceparent', caller.traceparent)
  return headers
}
