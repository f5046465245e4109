import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { expect, test } from 'vitest'
import { app } from './app.ts'
import { bindings, newKey, newProject } from './test-project.ts'

/** A binding that counts the calls of its methods, and passes them on. */
function counted<T extends object>(binding: T) {
  const calls: string[] = []
  const proxy = new Proxy(binding, {
    get:
      (target, name) =>
      (...values: unknown[]) => {
        calls.push(String(name))
        return (target as Record<string, (...all: unknown[]) => unknown>)[name as string]!(
          ...values,
        )
      },
  })
  return { proxy, calls }
}

test('a warm key asks nobody: no lookup, so no row of D1 is read for it, and hardly a lease', async () => {
  const headers = { 'x-api-key': await newKey(await newProject()) }
  const [lookups, meters] = [counted(bindings.AUTH_LOOKUPS), counted(bindings.BILLING_METERS)]
  const env = { ...bindings, AUTH_LOOKUPS: lookups.proxy, BILLING_METERS: meters.proxy }
  const ask = async () => {
    const context = createExecutionContext()
    const request = new Request('http://gateway/v1/currencies', { headers })
    const { status } = await app.fetch(request, env, context)
    await waitOnExecutionContext(context)
    expect(status).toBe(200)
  }
  await ask()
  expect(lookups.calls).toEqual(['findKey'])
  const leases = meters.calls.length
  for (let count = 0; count < 100; count += 1) await ask()
  expect(lookups.calls).toEqual(['findKey'])
  expect(meters.calls.length - leases).toBeLessThanOrEqual(6)
})
