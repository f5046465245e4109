import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../tools/workers.ts'
import { browserPath, openBrowser } from './browser.ts'
import { baseUrl, demo } from './door.ts'

const pictures = join(repository, 'out/screenshots')

describe.skipIf(!browserPath)('the pages of the gateway, in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  /** Opens a page and notes whatever it complains about or fetches from elsewhere. */
  async function open(path: string): Promise<{ page: Page; wrong: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
    const wrong: string[] = []
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('request', (request) => {
      const url = request.url()
      if (!url.startsWith(baseUrl) && !url.startsWith('data:')) wrong.push(url)
    })
    await page.goto(baseUrl + path)
    return { page, wrong }
  }

  const operationOf = (page: Page, anchor: string) =>
    page.locator('.opblock', { has: page.locator(`a[href="#${anchor}"]`) })

  test('the reference lists every operation and can try one with a key', async () => {
    const { page, wrong } = await open('/docs')
    await page.locator('.opblock').first().waitFor()
    await page.screenshot({ path: join(pictures, 'docs.png') })
    // Of so many operations only those in sight are in the page; the filter finds the others.
    const filter = page.getByPlaceholder('Filter by tag or path')
    await filter.fill('/v1/transfer')
    await operationOf(page, '/wallet/transfers.create').waitFor()
    await filter.fill('/v1/items')
    await page.getByRole('button', { name: 'Authorize' }).first().click()
    await page.locator('.modal-ux input').first().fill(demo.secretKey)
    await page.locator('.modal-ux button.authorize').first().click()
    await page.locator('.modal-ux button.btn-done').first().click()
    const operation = operationOf(page, '/shop/items.list')
    await operation.locator('.opblock-summary-control').first().click()
    const answered = page.waitForResponse((response) => response.url().includes('/v1/items'))
    await operation.getByRole('button', { name: 'Execute' }).click()
    expect((await answered).status()).toBe(200)
    await page.screenshot({ path: join(pictures, 'docs-tried.png') })
    expect(wrong).toEqual([])
  })

  test('the error page goes to the code that a problem links to', async () => {
    const { page, wrong } = await open('/docs/errors#insufficient_funds')
    await page.locator('#insufficient_funds:target').waitFor()
    await page.screenshot({ path: join(pictures, 'errors.png') })
    await page.getByRole('link', { name: 'transfers.create' }).first().click()
    await operationOf(page, '/wallet/transfers.create')
      .getByRole('button', { name: 'Execute' })
      .waitFor()
    expect(wrong).toEqual([])
  })
})
