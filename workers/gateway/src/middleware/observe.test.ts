import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import { app } from '../app.ts'
import { bindings } from '../test-project.ts'

/** The lines of one call of console.log each. */
async function printed(env: object): Promise<string[][]> {
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined)
  const context = createExecutionContext()
  const ask = () => app.fetch(new Request('http://gateway/'), { ...bindings, ...env }, context)
  for (let count = 0; count < 3; count += 1) expect((await ask()).status).toBe(302)
  await waitOnExecutionContext(context)
  const calls = log.mock.calls.map(([text]) => String(text).split('\n'))
  log.mockRestore()
  return calls
}

test('each request has a line of its own', async () => {
  const calls = await printed({})
  expect(calls.map((lines) => lines.length)).toEqual([1, 1, 1])
})

test('with LOG_TOGETHER the lines of a moment are written at once, and none is lost', async () => {
  const [lines = [], ...more] = await printed({ LOG_TOGETHER: 'yes' })
  expect([lines.length, more]).toEqual([3, []])
  const requests = lines.map((line) => JSON.parse(line) as { requestId: string; status: number })
  expect(new Set(requests.map(({ requestId }) => requestId)).size).toBe(3)
  expect(requests.map(({ status }) => status)).toEqual([302, 302, 302])
})
