import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fetchGateway } from '../test-project.ts'
import { fairGet } from './fair.get.ts'

describe('fair.get', () => {
  test('200 with one file that names no other, may fetch nothing, and runs only the script that it came with', async () => {
    const page = await fetchGateway(fairGet.route.path)
    expect(page.status).toBe(200)
    expect(page.headers.get('content-type')).toContain('text/html')
    const policy = page.headers.get('content-security-policy')
    expect(policy).toContain("default-src 'none'")
    expect(policy).not.toContain('connect-src')
    const html = await page.text()
    expect(html).not.toMatch(/(src|href|url)\s*[=(]\s*["']?(https?:)?\/{1,2}\w/)
    const script = /<script type="module">([\s\S]*)<\/script>/.exec(html)?.[1] ?? ''
    expect(script).toContain('export async function verifyRound')
    const hash = createHash('sha256').update(script).digest('base64')
    expect(html).toContain(`script-src 'sha256-${hash}'`)
  })
})
