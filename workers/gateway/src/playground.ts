/**
 * Hands `/playground` to the local server, which keeps the page and its key: see tools/playground. No configuration names
 * the binding, so whatever is deployed has none and answers 404.
 */
import { Problem } from '@coinop/shared/problem'
import type { Context } from 'hono'
import type { AppEnv } from './env.ts'

type LocalEnv = GatewayEnv & { PLAYGROUND?: Fetcher }

export async function playground(c: Context<AppEnv>): Promise<Response> {
  c.set('operation', 'playground')
  const { ENVIRONMENT, PLAYGROUND } = c.env as LocalEnv
  if (ENVIRONMENT !== 'local' || PLAYGROUND === undefined) throw new Problem('not_found')
  const answer = await PLAYGROUND.fetch(c.req.raw.url, { method: c.req.method })
  return new Response(answer.body, answer)
}
