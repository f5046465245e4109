import { signingKeys } from '@coinop/auth/schema'
import { drizzle } from 'drizzle-orm/d1'
import { expect, test } from 'vitest'
import { bindings } from './test-project.ts'
import { ahead, newToken, statusFor } from './test-tokens.ts'

test('401 for a key that auth has withdrawn, after at most five minutes', async () => {
  const token = await newToken()
  expect(await statusFor(token)).toBe(200)
  await drizzle(bindings.AUTH_DB).delete(signingKeys)
  expect(await statusFor(token)).toBe(200)
  await ahead(301_000, async () => expect(await statusFor(token)).toBe(401))
})
