import { call } from '@coinop/shared/testing'
import { createExecutionContext } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import { app } from '../app.ts'
import { bindings, fetchGateway } from '../test-project.ts'
import { metricsGet } from './metrics.get.ts'

const askWith = (env: GatewayEnv, headers: Record<string, string> = {}) =>
  app.fetch(new Request('http://gateway/metrics', { headers }), env, createExecutionContext())

describe('metrics.get', () => {
  test('200 counts what was answered, in the text format of Prometheus', async () => {
    await fetchGateway('/v1/nothing')
    const { status, body, headers } = await call(metricsGet)
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/plain; version=0.0.4')
    expect(body).toMatch(
      /coinop_requests_total\{operation="unknown",method="GET",status="404"\} [1-9]/,
    )
    expect(body).toContain('# TYPE coinop_request_duration_seconds histogram')
  })

  test('200 says how the ledger is, and that it is up; without it, that it is not', async () => {
    const { body } = await call(metricsGet)
    for (const line of [
      'coinop_wallet_up 1',
      'coinop_wallet_transfers_pending 0',
      'coinop_wallet_transfers_pending_oldest_seconds 0',
      'coinop_wallet_reconciliation_differences 0',
      'coinop_wallet_reconciliation_last_run_timestamp_seconds 0',
    ]) {
      expect(body).toContain(`\n${line}\n`)
    }
    const away = { metrics: () => Promise.reject(new Error('away')) }
    const answer = await askWith({ ...bindings, WALLET_METRICS: away } as unknown as GatewayEnv)
    const text = await answer.text()
    expect(text).toContain('coinop_wallet_up 0')
    expect(text).toContain('coinop_requests_total')
  })

  test('401 unauthenticated in production without the token of the operator', async () => {
    const production = { ...bindings, ENVIRONMENT: 'production', METRICS_TOKEN: 'test-only-token' }
    const ask = (headers: Record<string, string>) => askWith(production, headers)
    expect((await ask({})).status).toBe(401)
    expect((await ask({ authorization: 'Bearer test-only-wrong' })).status).toBe(401)
    expect((await ask({ authorization: 'Bearer test-only-token' })).status).toBe(200)
  })
})
