/** Hands a request to the Worker that answers its path, with the caller in a header that only we can write. */
import { type Caller, callerHeader } from '@coinop/shared/caller'
import { costHeader } from '@coinop/shared/cost'
import { logError } from '@coinop/shared/log'
import { Problem } from '@coinop/shared/problem'
import type { Context } from 'hono'
import type { AppEnv } from './env.ts'
import { upstreams } from './upstreams.gen.ts'

type Binding = (typeof upstreams)[keyof typeof upstreams]

/** The service binding for a path such as `/v1/orders/ord_…`; undefined when nobody answers it. */
export function bindingOf(pathname: string): Binding | undefined {
  const [, root, segment = ''] = pathname.split('/')
  if (root !== 'v1' || !Object.hasOwn(upstreams, segment)) return undefined
  return upstreams[segment as keyof typeof upstreams]
}

export async function forward(c: Context<AppEnv>): Promise<Response> {
  const binding = bindingOf(c.req.path)
  if (!binding) throw new Problem('not_found')
  const { method, url } = c.req.raw
  const headers = forwardedHeaders(c.req.raw.headers, c.get('caller'))
  const body = c.get('body')
  try {
    const answer = await c.env[binding].fetch(url, { method, headers, ...(body && { body }) })
    return new Response(answer.body, answer)
  } catch (error) {
    logError('gateway', `forward.${binding.toLowerCase()}`, error, c.get('caller').requestId)
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
