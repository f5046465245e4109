import { env } from 'cloudflare:workers'
import { newId } from '@coinop/shared/ids'
import { anonymous, call, player, publishableKey, secretKeyWith } from '@coinop/shared/testing'
import { describe, expect, test } from 'vitest'
import { plans } from '../plans.ts'
import { usageGet } from './usage.get.ts'

const { METERS } = env as unknown as BillingEnv

describe('usage.get', () => {
  test('200 with what was handed out, by class, and when it begins anew', async () => {
    const projectId = newId('prj')
    const request = { id: 'one', class: 'write', plan: 'free', needed: 3, spare: 0 } as const
    await METERS.getByName(projectId).lease(projectId, request)
    const { status, body } = await call(usageGet, { caller: { projectId } })
    const { read, write } = plans.free.operationsPerMonth
    expect(status).toBe(200)
    expect(body.operations.write).toEqual({ used: 3, limit: write, remaining: write - 3 })
    expect(body.operations.read).toEqual({ used: 0, limit: read, remaining: read })
    expect(body.startsAt).toMatch(/-01T00:00:00\.000Z$/)
    expect(body.resetsAt).toMatch(/-01T00:00:00\.000Z$/)
  })

  test('401 and 403: only a secret key with billing:read', async () => {
    expect(await call(usageGet, { caller: anonymous() })).toMatchObject({ status: 401 })
    for (const caller of [player('usr_1'), publishableKey(), secretKeyWith('wallet:read')]) {
      expect(await call(usageGet, { caller })).toMatchObject({ status: 403 })
    }
  })
})
