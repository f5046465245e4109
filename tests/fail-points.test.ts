import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bundleAll } from '../tools/bundle.ts'
import { findWorkers } from '../tools/workers.ts'

test('no fail point is in what is deployed: neither the machinery nor the name of an action', async () => {
  const bundles = await bundleAll(findWorkers())
  expect(bundles.size).toBeGreaterThan(5)
  for (const { name, scriptPath } of bundles.values()) {
    const script = readFileSync(scriptPath, 'utf8')
    expect(script.length, name).toBeGreaterThan(1_000)
    for (const trace of ['fail-points', 'InjectedFault', 'FailPoints', 'lose-reply']) {
      expect(script.includes(trace), `${trace} in ${name}`).toBe(false)
    }
  }
})
