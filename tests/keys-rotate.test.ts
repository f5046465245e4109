import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { repository } from '../tools/workers.ts'
import { ask, newPlayer, stateFolder } from './door.ts'

const kids = async () => {
  const { body } = await ask('GET', '/v1/jwks.json')
  return (body.keys as { kid: string }[]).map(({ kid }) => kid)
}

test('npm run keys:rotate, beside a running system: a new key is published, and players go on', async () => {
  const { token } = await newPlayer()
  const before = await kids()
  const env = { ...process.env, COINOP_STATE: stateFolder }
  const command = join(repository, 'tools/keys-rotate.ts')
  const printed = execFileSync(process.execPath, [command], { env, encoding: 'utf8' })
  expect(printed).toContain('A new signing key is asked for.')
  await vi.waitUntil(async () => (await kids()).length > before.length, { timeout: 30_000 })
  expect(await kids()).toEqual([expect.any(String), ...before])
  expect((await ask('GET', '/v1/me', { token })).status).toBe(200)
  expect((await ask('GET', '/v1/me', { token: (await newPlayer()).token })).status).toBe(200)
})
