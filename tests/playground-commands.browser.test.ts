import type { Browser, Locator } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { browserPath, openBrowser } from './browser.ts'
import { openPlayground, type Playground } from './playground.ts'

describe.skipIf(!browserPath)('our bot in the playground', { timeout: 150_000 }, () => {
  let browser: Browser
  let playground: Playground
  beforeAll(async () => {
    browser = await openBrowser()
    playground = await openPlayground(browser)
  })
  afterAll(() => browser.close())

  test('a card is a picture that the Worker drew, seen by both', async () => {
    const { ada, grace, picture } = playground
    await ada.run('/profile')
    for (const { last } of [ada, grace]) {
      const card = last.getByAltText('Ada: ')
      await card.waitFor()
      const width = card.evaluate(
        (image) => (image as unknown as { naturalWidth: number }).naturalWidth,
      )
      expect(await width).toBeGreaterThan(300)
    }
    await picture('playground-card')
  })

  test('a form that a button opens changes the message that the button is on', async () => {
    const { ada, picture } = playground
    const fair = await ada.run('/fair')
    await fair.getByRole('button', { name: 'Choose my seed' }).click()
    const dialog = ada.view.getByRole('dialog', { name: 'Your client seed' })
    await dialog.getByRole('textbox').fill('lucky-4711')
    await picture('playground-form')
    await dialog.getByRole('button', { name: 'Submit' }).click()
    await fair.getByText('lucky-4711').first().waitFor()
    expect(await fair.innerText()).toContain('The pair before')
  })

  test('the owner of the server makes money, and whoever got it sees it', async () => {
    const { ada, grace } = playground
    const setup = await ada.run('/setup')
    expect(await setup.innerText()).toContain('Everything is there.')
    const [before] = /[\d,]+(?= COIN)/.exec(await (await grace.run('/balance')).innerText()) ?? []
    await ada.run('/economy give', { user: 'Grace', amount: '1000' })
    const after = Number(before?.replace(',', '')) + 1_000
    const balance = await grace.run('/balance')
    expect(await balance.innerText()).toContain(`${after.toLocaleString('en')} COIN`)
  })

  test('the owner fills the shop by a form, a player buys, and what is retired is gone', async () => {
    const { ada, grace, picture } = playground
    const dialog = await openForm('/economy item', 'New item')
    await dialog.getByLabel(/^Name/).fill('Brass *lantern*')
    await dialog.getByLabel(/^Price/).fill('12')
    await dialog.getByLabel(/^Stock/).fill('3')
    await dialog.getByLabel(/^Description/).fill('Never goes out.\nAlmost.')
    await picture('playground-manage')
    const item = await submitted(dialog)
    expect(await item.innerText()).toMatch(/Brass \*lantern\*[^]*12 COIN[^]*Only you can see this/)
    await ada.run('/economy give', { user: 'Grace', amount: '50' })
    const bought = await grace.run('/buy', { item: 'brass *lantern*' })
    expect(await bought.innerText()).toContain('1 × Brass *lantern*')
    await item.getByRole('button', { name: 'Edit' }).click()
    const edit = ada.view.getByRole('dialog', { name: 'Change the item' })
    expect(await edit.getByLabel(/^Stock/).inputValue()).toBe('2')
    await edit.getByLabel(/^Price/).fill('15')
    await edit.getByRole('button', { name: 'Submit' }).click()
    await item.getByText('15 COIN').waitFor()
    await item.getByRole('button', { name: 'Retire' }).click()
    await item.getByText('it is retired').waitFor()
    const gone = await grace.run('/buy', { item: 'brass *lantern*' })
    expect(await gone.innerText()).toContain('There is no such item')
  })

  test('the owner makes a board by a form, and ends its season after being asked', async () => {
    const { grace } = playground
    const dialog = await openForm('/economy board', 'New board')
    await dialog.getByLabel(/^Name/).fill('The _cup_')
    await dialog.getByLabel(/^Short name/).fill('cup')
    await dialog.getByLabel(/^New season/).fill('weekly')
    const board = await submitted(dialog)
    expect(await board.innerText()).toMatch(/The _cup_[^]*cup[^]*Only you can see this/)
    await board.getByRole('button', { name: 'End the season' }).click()
    await board.getByRole('button', { name: 'End season 1' }).click()
    await board.getByText('Season 1 has ended').waitFor()
    await board.getByText(/2, until/).waitFor()
    const standing = await grace.run('/leaderboard', { board: 'cup' })
    expect(await standing.innerText()).toContain('The _cup_')
  })

  async function openForm(title: string, name: string): Promise<Locator> {
    const { view, choose } = playground.ada
    await (await choose(title)).getByRole('button', { name: 'Send' }).click()
    return view.getByRole('dialog', { name })
  }

  async function submitted(dialog: Locator): Promise<Locator> {
    const { messages } = playground.ada
    const before = await messages.count()
    await dialog.getByRole('button', { name: 'Submit' }).click()
    await messages.nth(before).waitFor()
    return messages.nth(before)
  }

  test('a large payment is asked about; what the bot tells Discord later, all see', async () => {
    const { ada, grace, panel } = playground
    await ada.run('/economy give', { user: 'Ada', amount: '50000' })
    const seen = await grace.messages.count()
    const question = await ada.run('/pay', { user: 'Grace', amount: '20000' })
    expect(await question.innerText()).toContain('Only you can see this')
    expect(await grace.messages.count()).toBe(seen)
    await question.getByRole('button', { name: 'Send it' }).click()
    await grace.last.getByText('20,000 COIN').waitFor()
    expect(await grace.last.innerText()).toContain('@Ada sent 20,000 COIN to @Grace.')
    expect(await question.getByRole('button', { name: 'Send it' }).count()).toBe(0)
    await panel.getByText('Bot to Discord: POST').waitFor()
  })

  test('a round in steps is played with buttons, by the one whose round it is', async () => {
    const { ada, grace, picture } = playground
    const round = await dealt()
    const mine = await round.getAttribute('data-message')
    const seen = grace.view.locator(`[data-message="${mine}"]`)
    const before = await seen.innerText()
    const told = await grace.messages.count()
    await seen.getByRole('button', { name: 'Stand' }).click()
    await grace.messages.nth(told).waitFor()
    expect(await grace.last.innerText()).toContain('Only you can see this')
    expect(await seen.innerText()).toBe(before)
    await picture('playground-game')
    await round.getByRole('button', { name: 'Stand' }).click()
    await expect.poll(() => round.getByRole('button', { name: 'Stand' }).count()).toBe(0)
    expect(await ada.view.getByText('did not respond').count()).toBe(0)
    expect(await seen.innerText()).not.toBe(before)
  })

  /** A round of blackjack that is not over with the first cards; nine in ten are not. */
  async function dealt(): Promise<Locator> {
    for (let tries = 0; tries < 20; tries += 1) {
      const round = await playground.ada.run('/play blackjack', { bet: '5' })
      if ((await round.getByRole('button', { name: 'Stand' }).count()) > 0) return round
    }
    throw new Error('Twenty rounds of blackjack ended with the first cards.')
  }

  test('nothing was fetched from elsewhere, and nothing complained', () => {
    expect(playground.wrong).toEqual([])
  })
})
