import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { repository } from '../tools/workers.ts'
import { browserPath, openBrowser } from './browser.ts'
import { ask, type Ask } from './door.ts'
import { openOwnSystem, type OwnSystem } from './own-system.ts'

/** `PICTURES=docs/screenshots` keeps them where the documents show them. */
const pictures = join(repository, process.env['PICTURES'] ?? 'out/screenshots')
const dayMilliseconds = 86_400_000
const days = 13

const names = [
  'Ada Lovelace',
  'Grace H.',
  '<script>alert(1)</script>',
  'محمد بن موسى',
  'Edsger "Dijkstra" W.',
  'Пифагор Самосский',
  'evil\u202egnp.exe',
  'An exceptionally long name that goes on and on and on',
]
/** Of the best, how they came there. */
const ways = [
  [0, 900, 1_400, 1_900, 3_100, 3_900, 4_050, 5_200, 6_900, 7_400, 8_800, 9_100, 9_800],
  [400, 1_900, 2_600, 3_300, 3_700, 5_100, 6_000, 6_200, 6_500, 7_900, 8_000, 8_100, 8_900],
  [0, 0, 300, 500, 2_100, 2_300, 2_900, 3_200, 4_800, 5_000, 5_100, 6_600, 7_700],
  [1_200, 1_300, 1_500, 1_800, 2_000, 2_900, 3_300, 3_500, 3_600, 4_200, 5_400, 5_800, 6_100],
  [0, 100, 900, 1_100, 1_300, 1_700, 2_000, 2_300, 3_000, 3_300, 3_900, 4_300, 4_700],
]

describe.skipIf(!browserPath)('the page of a public board, in a browser', () => {
  let system: OwnSystem
  let browser: Browser
  let elsewhere: { origin: string; server: Server }
  let boardId = ''
  let secretId = ''
  const must = async (method: string, path: string, options: Ask) => {
    const { status, body } = await ask(method, path, { ...options, baseUrl: system.baseUrl })
    if (status >= 300) throw new Error(`${path} answered ${status}: ${JSON.stringify(body)}`)
    return body
  }
  const pageUrl = (id: string) => `${system.baseUrl}/v1/leaderboards/${id}/page`

  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true })
    system = await openOwnSystem()
    browser = await openBrowser()
    const tenant = {
      name: 'Ada Games',
      email: `${randomUUID()}@example.com`,
      password: randomUUID(),
    }
    const { accessToken: token } = await must('POST', '/v1/tenants', { json: tenant })
    const project = await must('POST', '/v1/projects', {
      token,
      json: { name: 'Towers', environment: 'test' },
    })
    const headers = { 'x-project-id': project.id as string }
    const scopes = ['leaderboards:write', 'scores:write']
    const { secret: key } = await must('POST', '/v1/keys', {
      token,
      headers,
      json: { kind: 'secret', name: 'server', scopes },
    })
    const board = { slug: 'tower', name: 'Tower climb — the long run', public: true }
    const schedule = { cron: '0 0 1 1 *', timeZone: 'UTC' }
    boardId = (await must('POST', '/v1/leaderboards', { key, json: { ...board, schedule } })).id
    secretId = (
      await must('POST', '/v1/leaderboards', { key, json: { ...board, slug: 'x', public: false } })
    ).id
    await fill({ key, projectId: project.id })
    elsewhere = await otherSite(pageUrl(boardId), pageUrl(secretId))
  }, 180_000)
  afterAll(async () => {
    await browser?.close()
    elsewhere?.server.close()
    await system?.close()
  })

  /** Players with names, straight into the database of `auth`, their scores, and the snapshots of the days before. */
  async function fill({ key, projectId }: { key: string; projectId: string }): Promise<void> {
    const auth = await system.miniflare.getD1Database('AUTH_DB', 'coinop-auth')
    const boards = await system.miniflare.getD1Database('LEADERBOARDS_DB', 'coinop-leaderboards')
    const players = Array.from({ length: 60 }, (_, index) => {
      const digits = String(index).padStart(2, '0')
      return {
        id: `usr_01k9x6c3v5t8r2m4n7p0q1s2${digits}`,
        name: names[index] ?? `Player ${digits}`,
      }
    })
    for (const { id, name } of players) {
      await auth
        .prepare(
          'INSERT INTO users (project_id, id, display_name, is_active, created_at) VALUES (?, ?, ?, 1, 0)',
        )
        .bind(projectId, id, name)
        .run()
    }
    const updates = players.map(({ id: userId }, index) => ({
      leaderboardId: boardId,
      userId,
      score: ways[index]?.at(-1) ?? 4_600 - index * 40,
    }))
    const { results } = await must('POST', '/v1/scores/batch', { key, json: { updates } })
    const { seasonId } = results[0].score
    const today = Date.now()
    for (let back = days; back >= 1; back--) {
      const takenAt = today - back * dayMilliseconds
      const entries = ways.map((way, index) => [players[index]!.id, index + 1, [way[days - back]]])
      await boards
        .prepare(
          'INSERT INTO board_snapshots (season_id, day, board_id, project_id, taken_at, total, entries) VALUES (?, ?, ?, ?, ?, 5, ?)',
        )
        .bind(
          seasonId,
          new Date(takenAt).toISOString().slice(0, 10),
          boardId,
          projectId,
          takenAt,
          JSON.stringify(entries),
        )
        .run()
    }
  }

  async function open(width: number, colorScheme: 'light' | 'dark') {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      colorScheme,
      deviceScaleFactor: 2,
    })
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('request', (request) => {
      const asked = request.url()
      if (asked !== page.url() && !asked.startsWith(pageUrl(boardId))) wrong.push(asked)
    })
    await page.goto(pageUrl(boardId))
    return { page, wrong, close: () => context.close() }
  }
  const isWide = (page: Page) =>
    page.evaluate<boolean>(
      'document.documentElement.scrollWidth > document.documentElement.clientWidth',
    )

  test.each([
    ['board-page.png', 900, 'light'],
    ['board-page-dark.png', 900, 'dark'],
    ['board-page-phone.png', 375, 'dark'],
  ] as const)(
    '%s: names are text, nothing runs, nothing overflows',
    async (file, width, scheme) => {
      const { page, wrong, close } = await open(width, scheme)
      expect(await page.locator('h1').innerText()).toBe('Tower climb — the long run')
      expect(await page.locator('tbody tr').count()).toBe(25)
      const shown = await page.locator('tbody .name').allInnerTexts()
      expect(shown.slice(0, 3)).toEqual(['Ada Lovelace', 'Grace H.', '<script>alert(1)</script>'])
      expect(shown.join()).not.toContain('\u202e')
      expect(await page.locator('svg .line').count()).toBe(5)
      expect(await page.locator('script').count()).toBe(0)
      expect(await isWide(page)).toBe(false)
      await page.screenshot({ path: join(pictures, file), fullPage: width > 400 })
      expect(wrong).toEqual([])
      await close()
    },
  )

  test('plain links lead down and up again', async () => {
    const { page, close } = await open(900, 'light')
    const first = await page.locator('tbody').innerText()
    await page.getByRole('link', { name: 'Lower ranks' }).click()
    await page.getByRole('link', { name: 'Lower ranks' }).click()
    expect(await page.locator('tbody tr').count()).toBe(10)
    await page.getByRole('link', { name: 'Higher ranks' }).click()
    await page.getByRole('link', { name: 'Higher ranks' }).click()
    expect(await page.locator('tbody').innerText()).toBe(first)
    await close()
  })

  test('another site may show it in a frame; a refusal, and the API, it may not', async () => {
    const page = await browser.newPage()
    await page.goto(elsewhere.origin)
    const shown = page.frameLocator('#board').locator('h1')
    await shown.waitFor()
    expect(await shown.innerText()).toContain('Tower climb')
    const refused = page.frameLocator('#secret').getByText('leaderboard_not_found')
    await page.waitForTimeout(500)
    expect(await refused.count()).toBe(0)
    await page.close()
  })

  test('its headers say so: framable, no script, kept for seconds; a private one’s are those of any refusal', async () => {
    const answer = await fetch(pageUrl(boardId))
    const of = (name: string) => answer.headers.get(name)
    expect(of('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors *",
    )
    expect(of('x-frame-options')).toBeNull()
    expect(of('cache-control')).toBe('public, max-age=5')
    expect(of('content-type')).toMatch(/^text\/html/)
    const [secret, missing] = await Promise.all(
      [secretId, 'brd_00000000000000000000000000'].map(async (id) => {
        const refusal = await fetch(pageUrl(id))
        const { requestId: _, ...problem } = (await refusal.json()) as Record<string, unknown>
        const kept = ['content-security-policy', 'x-frame-options', 'cache-control']
        return [refusal.status, problem, kept.map((name) => refusal.headers.get(name))]
      }),
    )
    expect(secret).toEqual(missing)
    expect(secret![2]).toEqual(["default-src 'none'; frame-ancestors 'none'", 'DENY', 'no-store'])
  })
})

/** A page of another origin with two frames. */
async function otherSite(board: string, secret: string) {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html')
    response.end(
      `<title>A game</title><iframe id="board" src="${board}"></iframe><iframe id="secret" src="${secret}"></iframe>`,
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { origin: `http://localhost:${(server.address() as AddressInfo).port}`, server }
}
