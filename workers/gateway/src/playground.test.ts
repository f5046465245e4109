import { describe, expect, test } from 'vitest'
import { app } from './app.ts'
import { bindings, fetchGateway } from './test-project.ts'

const paths = [
  '/playground',
  '/playground/config.json',
  '/playground/page.js',
  '/playground/told.json',
]
const waits = { waitUntil: () => undefined }
const ask = (path: string, env: typeof bindings) =>
  app.fetch(new Request(`https://coinop.test${path}`), env, waits)
const served = { fetch: () => Promise.resolve(new Response('the page')) }

describe('the playground', () => {
  test.each(paths)('404 for %s, where the local server does not serve it', async (path) => {
    const answer = await fetchGateway(path)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'not_found' })
  })

  test.each(paths)('404 for %s in production, even if somebody had bound one', async (path) => {
    const production = { ...bindings, ENVIRONMENT: 'production', PLAYGROUND: served }
    const answer = await ask(path, production)
    expect(answer.status).toBe(404)
    expect(await answer.json()).toMatchObject({ code: 'not_found' })
    const local = { ...production, ENVIRONMENT: 'local' }
    expect(await (await ask(path, local)).text()).toBe('the page')
  })

  test('the page runs no script but its own', async () => {
    const local = { ...bindings, ENVIRONMENT: 'local', PLAYGROUND: served }
    const { headers } = await ask('/playground', local)
    expect(headers.get('content-security-policy')).toContain(
      "default-src 'none'; script-src 'self'",
    )
  })
})
