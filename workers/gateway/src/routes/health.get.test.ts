import { call } from '@coinop/shared/testing'
import { version } from '@coinop/shared/version'
import { describe, expect, test } from 'vitest'
import { healthOfAll } from '../health.ts'
import { bindings } from '../test-project.ts'
import { healthGet } from './health.get.ts'

describe('health.get', () => {
  test('200 when every Worker that the configuration names answers', async () => {
    const { status, body } = await call(healthGet)
    expect(status).toBe(200)
    expect(body.status).toBe('ok')
    const names = ['auth', 'discord', 'events', 'games', 'password', 'shop', 'wallet']
    expect(Object.keys(body.workers)).toEqual(expect.arrayContaining(names))
    for (const worker of Object.values(body.workers)) {
      expect(worker).toMatchObject({ status: 'ok', version })
    }
  })

  test('down, and which one, when a Worker does not answer', async () => {
    const broken = { fetch: () => Promise.reject(new Error('gone')) } as unknown as Fetcher
    const health = await healthOfAll({ ...bindings, SHOP: broken })
    expect(health.status).toBe('down')
    expect(health.workers['shop']).toMatchObject({ status: 'down', version: null })
    expect(health.workers['wallet']).toMatchObject({ status: 'ok' })
  })
})
