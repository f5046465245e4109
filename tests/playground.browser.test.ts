import { execFileSync } from 'node:child_process'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, openBrowser } from './browser.ts'
import { ask, baseUrl, demo } from './door.ts'
import { fillWhatIsNeeded, openPlayground, type Playground } from './playground.ts'
import { tally } from './requests.ts'

const address = `/v1/discord/interactions/${demo.discord.applicationId}`
const waitMilliseconds = 30_000

describe.skipIf(!browserPath)('the playground, in a browser', { timeout: 150_000 }, () => {
  let browser: Browser
  let playground: Playground
  beforeAll(async () => {
    browser = await openBrowser()
    playground = await openPlayground(browser)
    playground.page.setDefaultTimeout(waitMilliseconds)
  })
  afterAll(() => browser.close())

  test('two players begin, earn, pay and buy, and both see it; what is private is seen by one', async () => {
    const { ada, grace } = playground
    await ada.view.getByRole('button', { name: '/daily' }).click()
    await ada.view.getByRole('button', { name: 'Send /daily' }).click()
    for (const { last } of [ada, grace]) {
      await last.getByText('100 COIN').waitFor()
      expect(await last.innerText()).toContain('Ada used /daily')
    }
    const sent = await ada.run('/pay', { user: 'Grace', amount: '20' })
    expect(await sent.innerText()).toContain('@Ada sent 20 COIN to @Grace.')
    expect(await grace.last.innerText()).toContain('@Ada sent 20 COIN to @Grace.')
    const seen = await ada.messages.count()
    const balance = await grace.run('/balance')
    expect(await balance.innerText()).toMatch(/20 COIN[\s\S]*Only you can see this/)
    expect(await ada.messages.count()).toBe(seen)
    await balance.getByRole('button', { name: 'Dismiss message' }).click()
    expect(await grace.messages.count()).toBe(seen)
  })

  test('the bot suggests while somebody types, and what is chosen is sent by its id', async () => {
    const { ada, panel, picture } = playground
    const form = await ada.choose('/buy')
    await form.getByLabel('item', { exact: true }).pressSequentially('wood')
    await form.getByRole('option', { name: 'Wooden Sword' }).waitFor()
    await picture('playground-autocomplete')
    await form.getByLabel('item', { exact: true }).press('Enter')
    await form.getByRole('button', { name: 'Send' }).click()
    await ada.last.getByText('1 × Wooden Sword').waitFor()
    expect(await panel.getByLabel('Request', { exact: true }).innerText()).toContain(
      `"value": "${demo.items[0]!.id}"`,
    )
  })

  test('everything can be done with the keyboard', async () => {
    const { page, grace } = playground
    await grace.view.getByLabel('Command as Grace').focus()
    await page.keyboard.type('/pla')
    await page.keyboard.press('Tab')
    const form = grace.view.getByRole('form')
    expect(await form.getAttribute('aria-label')).toBe('/play coinflip')
    await page.keyboard.type('heads')
    await page.keyboard.press('Tab')
    await page.keyboard.type('5')
    const before = await grace.messages.count()
    await page.keyboard.press('Enter')
    await grace.messages.nth(before).waitFor()
    expect(await grace.last.innerText()).toContain('@Grace bet 5 COIN')
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Command as Grace')
    await page.keyboard.type('/pay')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Escape')
    expect(await grace.view.getByRole('form').count()).toBe(0)
  })

  test('the panel shows the very bytes that were signed: as curl they give the same reply, changed 401', async () => {
    const { page, ada, panel } = playground
    await ada.run('/shop')
    const shown = await panel.getByLabel('Request', { exact: true }).innerText()
    const [head = '', body = ''] = shown.split(/\n\n([^]*)/)
    expect(head).toContain(`POST ${baseUrl}${address}`)
    const headers = Object.fromEntries(
      head
        .split('\n')
        .slice(1)
        .map((line) => line.split(': ') as [string, string]),
    )
    const again = await ask('POST', address, { body, headers, idempotencyKey: '' })
    expect(again.status).toBe(200)
    const changed = body.replace('"shop"', '"balance"')
    const refused = await ask('POST', address, { body: changed, headers, idempotencyKey: '' })
    expect([refused.status, refused.body.code]).toEqual([401, 'invalid_signature'])
    await panel.getByRole('button', { name: 'Copy as curl' }).click()
    await panel.getByRole('button', { name: 'Copied' }).waitFor()
    const curl = String(await page.evaluate('navigator.clipboard.readText()'))
    const printed = execFileSync('sh', ['-c', curl], { encoding: 'utf8' })
    expect(JSON.parse(printed)).toEqual(again.body)
    await panel.getByRole('button', { name: 'Show as received' }).click()
    expect(await panel.getByLabel('Response', { exact: true }).innerText()).toContain(printed)
  })

  test('a picture for the documents: what two players see of the same channel', async () => {
    const { page, ada, grace, panel, picture } = playground
    await page.reload()
    await panel.waitFor()
    await grace.run('/daily')
    await ada.run('/shop')
    await ada.run('/play coinflip', { side: 'heads', bet: '5' })
    await grace.run('/balance')
    expect(await ada.messages.count()).toBeLessThan(await grace.messages.count())
    await picture('playground')
  })

  test('a command for managers is offered to the owner of the server only', async () => {
    const { page, ada, grace } = playground
    const commands = await page.evaluate(async () => {
      const answer = await fetch('/playground/config.json')
      return ((await answer.json()) as { commands: Definition[] }).commands
    })
    const titles = commands.flatMap(({ name, options = [] }) => {
      const inner = options.filter(({ type }) => type === 1)
      return inner.length > 0 ? inner.map((each) => `/${name} ${each.name}`) : [`/${name}`]
    })
    const forManagers = commands
      .filter(({ default_member_permissions: needed }) => typeof needed === 'string')
      .map(({ name }) => `/${name}`)
    expect(await ada.offered()).toEqual(titles)
    expect(await grace.offered()).toEqual(
      titles.filter((title) => !forManagers.includes(title.split(' ')[0]!)),
    )
  })

  test('every command there is gets a reply that Discord could show', async () => {
    const { ada, panel } = playground
    for (const title of await ada.offered()) {
      const before = await ada.messages.count()
      const form = await ada.choose(title)
      await fillWhatIsNeeded(form)
      await form.getByRole('button', { name: 'Send' }).click()
      await ada.messages.nth(before).or(ada.view.getByRole('dialog')).first().waitFor()
      await expect
        .poll(() => ada.view.getByText('is thinking').count(), { timeout: waitMilliseconds })
        .toBe(0)
      const said = await ada.view.locator('.message, [role=dialog]').last().innerText()
      expect(said, title).not.toMatch(
        /went wrong on our side|not supported here|did not respond|does not show/,
      )
      const cancel = ada.view.getByRole('dialog').getByRole('button', { name: 'Cancel' })
      if ((await cancel.count()) > 0) await cancel.click()
    }
    const statuses = await panel.locator('.took').allInnerTexts()
    expect(Object.keys(tally(statuses.map((text) => text.split(' ')[0] ?? '')))).toEqual(['200'])
  })

  test('nothing was fetched from elsewhere, and nothing complained', () => {
    expect(playground.wrong).toEqual([])
  })
})

type Definition = {
  name: string
  options?: { name: string; type: number }[]
  default_member_permissions?: string | null
}
