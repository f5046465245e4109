import { signingKeys } from '@coinop/auth/schema'
import { drizzle } from 'drizzle-orm/d1'
import { expect, test, vi } from 'vitest'
import { bindings, fetchGateway, newKey, newProject } from './test-project.ts'

test('401 for a key that auth has withdrawn, after at most five minutes', async () => {
  const key = await newKey(await newProject(), 'publishable', [])
  const signedUp = await fetchGateway('/v1/login/device', {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ deviceSecret: crypto.randomUUID().padEnd(43, 'x') }),
  })
  const { accessToken } = await signedUp.json<{ accessToken: string }>()
  const headers = { authorization: `Bearer ${accessToken}` }
  const me = async () => (await fetchGateway('/v1/me', { headers })).status
  expect(await me()).toBe(200)
  await drizzle(bindings.AUTH_DB).delete(signingKeys)
  expect(await me()).toBe(200)
  vi.useFakeTimers({ now: new Date().getTime() + 301_000, toFake: ['Date'] })
  try {
    expect(await me()).toBe(401)
  } finally {
    vi.useRealTimers()
  }
})
