/**
 * Hands `/playground` to the local server, which keeps the page and its key: see tools/playground. No configuration names
 * the binding, so whatever is deployed has none and answers 404.
 */
import type { Step } from './exchange.ts'

type LocalEnv = GatewayEnv & { PLAYGROUND?: Fetcher }

export const playground: Step = (exchange) => {
  if (!/^\/playground(\/|$)/.test(exchange.path)) return undefined
  const { ENVIRONMENT, PLAYGROUND } = exchange.env as LocalEnv
  if (ENVIRONMENT !== 'local' || PLAYGROUND === undefined) return undefined
  exchange.operation = 'playground'
  const { method, url } = exchange
  return PLAYGROUND.fetch(url, { method }).then((answer) => new Response(answer.body, answer))
}
