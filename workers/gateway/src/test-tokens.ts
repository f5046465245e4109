/** Players' tokens for tests, and what the gateway says to one, now or later. */
import { vi } from 'vitest'
import { fetchGateway, newKey, newProject } from './test-project.ts'

export async function newToken() {
  const key = await newKey(await newProject(), 'publishable', [])
  const loggedIn = await fetchGateway('/v1/login/device', {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ deviceSecret: crypto.randomUUID().padEnd(43, 'x') }),
  })
  return (await loggedIn.json<{ accessToken: string }>()).accessToken
}

export const statusFor = async (accessToken: string) =>
  (await fetchGateway('/v1/me', { headers: { authorization: `Bearer ${accessToken}` } })).status

export const ahead = async (milliseconds: number, act: () => Promise<void>) => {
  vi.useFakeTimers({ now: new Date().getTime() + milliseconds, toFake: ['Date'] })
  try {
    await act()
  } finally {
    vi.useRealTimers()
  }
}
