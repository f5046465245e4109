import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../tools/workers.ts'
import { browserPath, openBrowser } from './browser.ts'
import { ask, baseUrl, demo, newPlayer } from './door.ts'

const pictures = join(repository, 'out/screenshots')
const vectors = readFileSync(join(repository, 'tools/fair-vectors.ndjson'), 'utf8')

/** A round that this very system has played, and the proof of it. */
async function playedProof(): Promise<Record<string, unknown>> {
  const { token } = await newPlayer(1_000)
  const json = { bet: 100, currency: demo.currency, call: 'higher', clientSeed: 'mine' }
  const { body: round } = await ask('POST', '/v1/games/high-low/play', { token, json })
  await ask('POST', '/v1/fairness/rotate', { token, json: {} })
  return (await ask('GET', `/v1/rounds/${round.id}/proof`, { token })).body
}

describe.skipIf(!browserPath)('the verifier at /fair, saved and without a network', () => {
  let browser: Browser
  let folder: string
  let saved: string
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    browser = await openBrowser()
    folder = mkdtempSync(join(tmpdir(), 'coinop-fair-'))
    const file = join(folder, 'fair.html')
    writeFileSync(file, await (await fetch(`${baseUrl}/fair`)).text())
    saved = pathToFileURL(file).href
  })
  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true })
  })

  async function open(url: string): Promise<{ page: Page; wrong: string[] }> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 1000 } })
    const wrong: string[] = []
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('request', (request) => {
      if (request.url() !== url && !request.url().startsWith('data:')) wrong.push(request.url())
    })
    await page.goto(url)
    return { page, wrong }
  }
  const check = async (page: Page, proof: unknown) => {
    await page.locator('#proof').fill(typeof proof === 'string' ? proof : JSON.stringify(proof))
    await page.getByRole('button', { name: 'Check' }).click()
    await page.locator('.verdict').first().waitFor()
  }

  test('repeats a round of this system; a changed byte is seen', async () => {
    const proof = await playedProof()
    const { page, wrong } = await open(`${baseUrl}/fair`)
    await check(page, proof)
    expect(await page.locator('.verdict h2').innerText()).toContain('Fair')
    await page.screenshot({ path: join(pictures, 'fair.png'), fullPage: true })
    await page.locator('#proof').fill(JSON.stringify({ ...proof, payout: 7 }))
    await page.getByRole('button', { name: 'Check' }).click()
    await page.locator('.verdict.wrong').waitFor()
    expect(await page.locator('.checks .wrong').count()).toBe(1)
    await page.screenshot({ path: join(pictures, 'fair-wrong.png'), fullPage: true })
    expect(wrong).toEqual([])
  })

  test('from a saved file repeats all golden rounds, and asks nobody', async () => {
    const { page, wrong } = await open(saved)
    await page.context().setOffline(true)
    await check(page, vectors)
    expect(await page.locator('#result .lead').innerText()).toBe('1000 rounds checked, 0 wrong')
    const refused = await page.evaluate(
      (url) =>
        fetch(url).then(
          () => false,
          () => true,
        ),
      baseUrl,
    )
    expect(refused).toBe(true)
    // The browser says in its console what the page was not allowed: that one request of ours.
    expect(wrong.filter((each) => !/Content Security Policy|Refused|violates/.test(each))).toEqual(
      [],
    )
  })

  test('has an example, says what cannot be checked, and shows markup as text', async () => {
    const { page, wrong } = await open(saved)
    await page.getByRole('button', { name: 'Show an example' }).click()
    await page.locator('.verdict').waitFor()
    expect(await page.locator('.verdict h2').innerText()).toContain('Fair')
    await page
      .locator('#proof')
      .fill('{"gameId": "<img src=x onerror=alert(1)>", "serverSeed": "0"}')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.locator('.verdict.wrong').waitFor()
    expect(await page.locator('#result img').count()).toBe(0)
    await page.locator('#proof').fill('not json')
    await page.getByRole('button', { name: 'Check' }).click()
    await page.getByText('It is not JSON').waitFor()
    expect(wrong).toEqual([])
  })
})
