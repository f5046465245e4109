/** Counters and durations for Prometheus. Open on a laptop; elsewhere it takes the token that the operator has set. */
import { createRoute, z } from '@hono/zod-openapi'
import { anyone } from '@coinop/shared/access'
import { equalInConstantTime } from '@coinop/shared/hash'
import { logError } from '@coinop/shared/log'
import { defineRoute } from '../env.ts'
import { type AskedGauge, metricsContentType, metricsText } from '../metrics.ts'
import { problem, problems } from '../problems.ts'

export const metricsGet = defineRoute({
  access: anyone,
  route: createRoute({
    operationId: 'metrics.get',
    method: 'get',
    path: '/metrics',
    summary: 'Metrics in Prometheus format',
    description:
      'Counts what the answering isolate has seen since it began, and says how the ledger is. In production it takes `Authorization: Bearer` with the secret METRICS_TOKEN.',
    request: { query: z.looseObject({}) },
    responses: {
      200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } },
      ...problems('unauthenticated'),
    },
  }),
  handler: async ({ env, headers }) => {
    const given = headers.get('authorization') ?? ''
    const open = env.ENVIRONMENT === 'local'
    if (!open && !equalInConstantTime(given, `Bearer ${env.METRICS_TOKEN}`)) {
      throw problem('unauthenticated')
    }
    const text = metricsText(await ledgerGauges(env))
    return new Response(text, { headers: { 'content-type': metricsContentType } })
  },
})

/** A ledger that does not answer must not hide what the gateway itself has counted: `coinop_wallet_up` says which it was. */
async function ledgerGauges(env: GatewayEnv): Promise<AskedGauge[]> {
  const up = { name: 'coinop_wallet_up', help: 'Whether the ledger answered.' }
  try {
    return [{ ...up, value: 1 }, ...(await env.WALLET_METRICS.metrics())]
  } catch (error) {
    logError('gateway', 'metrics.get', error)
    return [{ ...up, value: 0 }]
  }
}
