import { afterAll, expect, test } from 'vitest'
import { runJourney } from '../tools/journey.ts'
import { removeState, startServer, temporaryState } from './servers.ts'

const stateFolder = temporaryState()
afterAll(() => removeState(stateFolder))

test('npm run dev serves the same journey under wrangler dev, and Ctrl-C ends it cleanly', async () => {
  const server = await startServer({ stateFolder, script: 'dev', readyText: 'Ready on' })
  try {
    const steps: string[] = []
    await runJourney({ ...server.demo, baseUrl: server.baseUrl }, (what) => steps.push(what))
    expect(steps.at(-1)).toBe('/balance')
    expect(steps).toHaveLength(23)
  } finally {
    expect(await server.stop()).toBe(0)
  }
}, 240_000)
