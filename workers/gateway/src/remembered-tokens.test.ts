import { expect, test, vi } from 'vitest'
import { ahead, newToken, statusFor } from './test-tokens.ts'

test('the signature of a token is checked once, its expiry each time', async () => {
  const token = await newToken()
  const verify = vi.spyOn(crypto.subtle, 'verify')
  for (let count = 0; count < 3; count++) expect(await statusFor(token)).toBe(200)
  expect(verify).toHaveBeenCalledTimes(1)
  // One character of the signature: what is remembered is the token, to the letter.
  const forged = token.slice(0, -2) + (token.at(-2) === 'A' ? 'B' : 'A') + token.slice(-1)
  expect(await statusFor(forged)).toBe(401)
  verify.mockRestore()
  await ahead(700_000, async () => expect(await statusFor(token)).toBe(401))
})
