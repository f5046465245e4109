/** Local secrets: made once, kept, readable by their owner only. */
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { localSecrets, localVars, secretsOf, testSecret } from './secrets.ts'
import type { Worker } from './workers.ts'

const worker = (name: string, ...secrets: string[]) => ({ name, secrets }) as Worker
let folder = ''
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'coinop-secrets-'))))
afterEach(() => rmSync(folder, { recursive: true }))

test('secrets are 32 random bytes each, and two Workers do not share one', () => {
  const made = localSecrets(folder, [
    worker('wallet', 'CURSOR_SECRET'),
    worker('shop', 'CURSOR_SECRET'),
  ])
  expect(Buffer.from(made['wallet']!['CURSOR_SECRET']!, 'base64url')).toHaveLength(32)
  expect(made['wallet']).not.toEqual(made['shop'])
})

test('secrets stay the same at the next start, and only what is missing is added', () => {
  const first = localSecrets(folder, [worker('wallet', 'CURSOR_SECRET')])
  const second = localSecrets(folder, [worker('wallet', 'CURSOR_SECRET', 'NEW_SECRET')])
  expect(second['wallet']!['CURSOR_SECRET']).toBe(first['wallet']!['CURSOR_SECRET'])
  expect(second['wallet']!['NEW_SECRET']).toBeTruthy()
})

test('only the owner may read the file', () => {
  localSecrets(folder, [worker('wallet', 'CURSOR_SECRET')])
  expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
})

test('a damaged file is not replaced by new secrets', () => {
  writeFileSync(join(folder, 'secrets.json'), '{"wallet":')
  expect(() => localSecrets(folder, [worker('wallet', 'CURSOR_SECRET')])).toThrow('cannot be read')
})

test('a Worker gets the secrets that it requires and no others', () => {
  const all = { wallet: { CURSOR_SECRET: 'a', OLD: 'b' }, shop: { CURSOR_SECRET: 'c' } }
  expect(secretsOf(worker('wallet', 'CURSOR_SECRET'), all)).toEqual({ CURSOR_SECRET: 'a' })
  expect(() => secretsOf(worker('auth', 'AUTH_SECRET'), all)).toThrow('AUTH_SECRET of auth')
})

test("an operator's vars.json is read as it stands, and may be absent", () => {
  expect(localVars(folder)).toEqual({})
  const vars = { auth: { MEMBERS_DISCORD_CLIENT_ID: '1400000000000000001' } }
  writeFileSync(join(folder, 'vars.json'), JSON.stringify(vars))
  expect(localVars(folder)).toEqual(vars)
})

test('those for tests are as long as real ones', () => {
  expect(Buffer.from(testSecret('AUTH_SECRET'), 'base64url')).toHaveLength(32)
})
