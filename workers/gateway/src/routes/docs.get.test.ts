import { describe, expect, test } from 'vitest'
import { fetchGateway } from '../test-project.ts'
import { docsGet } from './docs.get.ts'

describe('docs.get', () => {
  test('200 with a page whose files all come from here', async () => {
    const page = await fetchGateway(docsGet.route.path)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    const html = await page.text()
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
    const files = [...html.matchAll(/(?:src|href)="(\/docs\/[\w.-]+)"/g)].map(([, file]) => file)
    expect(files.length).toBeGreaterThan(3)
    for (const file of files) expect((await fetchGateway(file!)).status, file).toBe(200)
  })

  test('200 with an explanation of every problem, where `type` points', async () => {
    const response = await fetchGateway('/docs/errors')
    expect(response.status).toBe(200)
    expect(await response.text()).toContain('id="insufficient_funds"')
  })

  test('404 for a file that is not there, 302 from the front page to the reference', async () => {
    expect((await fetchGateway('/docs/nothing')).status).toBe(404)
    const front = await fetchGateway('/', { redirect: 'manual' })
    expect([front.status, front.headers.get('location')]).toEqual([302, '/docs'])
  })
})
