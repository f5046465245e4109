import { plans } from '@coinop/billing/plans'
import { describe, expect, test } from 'vitest'
import { operationOf } from './operations.ts'
import { operations } from './operations.gen.ts'
import { fetchGateway, leaveQuota, newKey, newProject } from './test-project.ts'

const statuses = (responses: Response[]) =>
  Object.fromEntries(
    [...Map.groupBy(responses, ({ status }) => status)].map(([status, { length }]) => [
      status,
      length,
    ]),
  )

describe('the quota through the public door', () => {
  test('with 40 left and 200 parallel calls exactly 40 succeed, 160 are 429 quota_exceeded', async () => {
    const projectId = await newProject()
    const headers = { 'x-api-key': await newKey(projectId) }
    await leaveQuota(projectId, 40, 'read')
    const responses = await Promise.all(
      Array.from({ length: 200 }, () => fetchGateway('/v1/currencies', { headers })),
    )
    expect(statuses(responses)).toEqual({ 200: 40, 429: 160 })
    const refused = responses.find(({ status }) => status === 429)!
    const limit = plans.free.operationsPerMonth.read
    const body = await refused.json<{ resetsAt: string }>()
    expect(body).toMatchObject({ code: 'quota_exceeded', axis: 'operations.read', limit })
    expect(body).toMatchObject({ current: limit, status: 429 })
    const seconds = (Date.parse(body.resetsAt) - Date.now()) / 1_000
    expect(Math.abs(Number(refused.headers.get('retry-after')) - seconds)).toBeLessThan(5)
    expect(refused.headers.get('ratelimit-policy')).toContain('"key";q=')
    // Another class has its own.
    const write = await fetchGateway('/v1/currencies', { method: 'POST', headers, body: '{' })
    expect(write.status).not.toBe(429)
  })

  test('GET /v1/usage tells what was used', async () => {
    const key = await newKey(await newProject(), 'secret', ['billing:read', 'wallet:read'])
    const headers = { 'x-api-key': key }
    for (let count = 0; count < 3; count += 1) await fetchGateway('/v1/currencies', { headers })
    const usage = await fetchGateway('/v1/usage', { headers })
    const { operations: used } = await usage.json<{ operations: { read: { used: number } } }>()
    expect(used.read.used).toBeGreaterThanOrEqual(4)
  })
})

describe('operations', () => {
  test('every operation of the contracts is found by its own path', () => {
    for (const { method, path, ...operation } of operations) {
      const found = operationOf(method, path.replaceAll(/\{\w+\}/g, 'some-id'))
      expect(found).toEqual(operation)
    }
    expect(operations.length).toBeGreaterThan(20)
  })

  test('reads, writes and money are told apart; what nobody answers is nothing', () => {
    expect(operationOf('GET', '/v1/balance')?.class).toBe('read')
    expect(operationOf('POST', '/v1/signup')?.class).toBe('write')
    expect(operationOf('POST', '/v1/transfer')?.class).toBe('money')
    expect(operationOf('DELETE', '/v1/transfer')).toBeUndefined()
    expect(operationOf('GET', '/v1/nothing/at/all')).toBeUndefined()
  })
})
