import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, openBrowser } from './browser.ts'
import { ask, baseUrl } from './door.ts'

/** An empty page of an origin of its own. */
async function pageServer(): Promise<{ origin: string; server: Server }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<title>A game</title>')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, server }
}

describe.skipIf(!browserPath)('pages of other origins, in a browser', () => {
  let browser: Browser
  let listed: Awaited<ReturnType<typeof pageServer>>
  let other: Awaited<ReturnType<typeof pageServer>>
  let key = ''
  beforeAll(async () => {
    browser = await openBrowser()
    listed = await pageServer()
    other = await pageServer()
    const email = `${randomUUID()}@example.com`
    const tenant = { name: 'Ada Games', email, password: randomUUID() }
    const { body } = await ask('POST', '/v1/tenants', { json: tenant })
    const token = body.accessToken as string
    const project = { name: 'Web', environment: 'test', allowedOrigins: [listed.origin] }
    const made = await ask('POST', '/v1/projects', { token, json: project })
    const headers = { 'x-project-id': made.body.id as string }
    const json = { kind: 'publishable', name: 'web' }
    key = (await ask('POST', '/v1/keys', { token, headers, json })).body.secret
  })
  afterAll(async () => {
    await browser.close()
    for (const { server } of [listed, other]) server.close()
  })

  /** What a page of this origin gets to read: the status and a header, or the browser's refusal. */
  async function readFrom(origin: string, path: string, body?: object) {
    const page = await browser.newPage()
    await page.goto(origin)
    const input = { url: baseUrl + path, key, body: body && JSON.stringify(body) }
    const read = await page.evaluate(async (given) => {
      try {
        const answer = await fetch(given.url, {
          method: given.body === undefined ? 'GET' : 'POST',
          headers: {
            'x-api-key': given.key,
            ...(given.body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(given.body !== undefined && { body: given.body }),
        })
        return `${answer.status} ${answer.headers.has('x-request-id')} ${answer.headers.has('ratelimit')}`
      } catch (error) {
        return (error as Error).name
      }
    }, input)
    await page.close()
    return read
  }

  test('a page of a listed origin reads and writes, headers included; a page of another gets nothing', async () => {
    const player = () => ({ email: `${randomUUID()}@example.com`, password: randomUUID() })
    expect(await readFrom(listed.origin, '/v1/items')).toBe('200 true true')
    expect(await readFrom(listed.origin, '/v1/signup', player())).toBe('201 true true')
    expect(await readFrom(other.origin, '/v1/items')).toBe('TypeError')
    expect(await readFrom(other.origin, '/v1/signup', player())).toBe('TypeError')
  })
})
