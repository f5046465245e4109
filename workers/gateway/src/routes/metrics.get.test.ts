import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { app } from '../app.ts'
import { bindings, fetchGateway } from '../test-project.ts'
import { metricsGet } from './metrics.get.ts'

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

  test('401 unauthenticated in production without the token of the operator', async () => {
    const production = { ...bindings, ENVIRONMENT: 'production', METRICS_TOKEN: 'test-only-token' }
    const ask = (headers: Record<string, string>) =>
      app.request('/metrics', { headers }, production)
    expect((await ask({})).status).toBe(401)
    expect((await ask({ authorization: 'Bearer test-only-wrong' })).status).toBe(401)
    expect((await ask({ authorization: 'Bearer test-only-token' })).status).toBe(200)
  })
})
