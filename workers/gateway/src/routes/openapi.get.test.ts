import { call } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { openapiGet } from './openapi.get.ts'

describe('openapi.get', () => {
  test('200 with the contract of every Worker', async () => {
    const { status, body } = await call(openapiGet)
    expect(status).toBe(200)
    expect(body.openapi).toBe('3.1.0')
    const paths = ['/v1/signup', '/v1/balance', '/v1/purchase', '/v1/games', '/healthz']
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining(paths))
  })
})
