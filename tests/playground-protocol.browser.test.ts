import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { guild, people } from '../tools/playground/people.ts'
import { browserPath, openBrowser } from './browser.ts'
import { type Bot, pixel, playBot } from './playground-bot.ts'
import { openPlayground, type Playground } from './playground.ts'

const message = (data: object) => ({ type: 4, data })
const row = (...components: object[]) => ({ type: 1, components })
const button = (custom_id: string, label: string) => ({ type: 2, style: 1, custom_id, label })
const [ada, grace] = people as [(typeof people)[0], (typeof people)[0]]

describe.skipIf(!browserPath)("the playground as Discord's client", { timeout: 120_000 }, () => {
  let browser: Browser
  let playground: Playground
  let bot: Bot
  beforeAll(async () => {
    browser = await openBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    await playground?.page.context().close()
    playground = await openPlayground(browser)
    bot = await playBot(playground.page)
    // The page has asked the real server what it was told; from the next answer on it asks this bot.
    await playground.page.reload()
    await playground.panel.waitFor()
  })

  test('a deferred reply says so until it is edited, and shows the picture that comes with the edit', async () => {
    bot.replies({ type: 5 })
    const reply = await playground.ada.run('/shop')
    expect(await reply.innerText()).toContain('Coinop is thinking…')
    expect(await playground.grace.last.innerText()).toContain('Coinop is thinking…')
    const { token } = bot.sent()
    const embeds = [{ title: 'Rank', image: { url: 'attachment://rank.png' } }]
    const files = [{ name: 'rank.png', type: 'image/png', base64: pixel.toString('base64') }]
    bot.tell({ token, payload: { embeds }, files })
    for (const { last } of [playground.ada, playground.grace]) {
      const picture = last.getByAltText('rank.png')
      await picture.waitFor()
      expect(
        await picture.evaluate(
          (image) => (image as unknown as { naturalWidth: number }).naturalWidth,
        ),
      ).toBe(1)
    }
    expect(await playground.ada.messages.count()).toBe(1)
    expect(await playground.panel.innerText()).toContain('Bot to Discord: PATCH')
  })

  test('a deferred reply for one player stays private when it is edited', async () => {
    bot.replies({ type: 5, data: { flags: 64 } })
    const reply = await playground.ada.run('/balance')
    bot.tell({ token: bot.sent().token, payload: { content: 'You have much.' } })
    await reply.getByText('You have much.').waitFor()
    expect(await reply.innerText()).toContain('Only you can see this')
    expect(await playground.grace.messages.count()).toBe(0)
  })

  test('an edit that overtakes the first answer is not lost', async () => {
    bot.reply({ body: { type: 5 }, afterMilliseconds: 500 })
    const form = await playground.ada.choose('/shop')
    await form.getByRole('button', { name: 'Send' }).click()
    await expect.poll(() => bot.sent()?.token).toBeTruthy()
    bot.tell({ token: bot.sent().token, payload: { content: 'already there' } })
    await playground.ada.last.getByText('already there').waitFor()
  })

  test('follow-ups are messages of their own, and can be edited and deleted', async () => {
    bot.replies(message({ content: 'first' }))
    await playground.ada.run('/shop')
    const { token } = bot.sent()
    const messageId = '1300000000000000777'
    bot.tell({ token, method: 'POST', messageId, payload: { content: 'second' } })
    await playground.grace.last.getByText('second').waitFor()
    bot.tell({ token, messageId, payload: { content: 'third' } })
    await playground.grace.last.getByText('third').waitFor()
    expect(await playground.grace.messages.count()).toBe(2)
    bot.tell({ token, method: 'DELETE', messageId })
    await expect.poll(() => playground.grace.messages.count()).toBe(1)
  })

  test('a button of a message is for both players, updates it in place, and keeps the focus', async () => {
    bot.replies(message({ content: 'Page 1', components: [row(button('page:2', 'Next'))] }))
    await playground.ada.run('/shop')
    const shown = bot.sent()
    bot.replies({
      type: 7,
      data: { content: 'Page 2', components: [row(button('page:3', 'Next'))] },
    })
    await playground.grace.last.getByRole('button', { name: 'Next' }).press('Enter')
    await playground.ada.last.getByText('Page 2').waitFor()
    const pressed = bot.sent()
    expect(pressed).toMatchObject({
      type: 3,
      member: { user: { id: grace.id } },
      message: { content: 'Page 1', interaction_metadata: { id: shown.id, user: { id: ada.id } } },
      data: { custom_id: 'page:2', component_type: 2 },
    })
    expect(pressed.token).not.toBe(shown.token)
    expect(await playground.page.locator(':focus').getAttribute('data-component')).toBe('page:3')
    bot.replies({ type: 6 })
    await playground.page.keyboard.press('Enter')
    await expect.poll(() => bot.sent().data.custom_id).toBe('page:3')
    bot.tell({ token: bot.sent().token, payload: { content: 'Page 3', components: [] } })
    await playground.ada.last.getByText('Page 3').waitFor()
    expect(await playground.ada.last.getByRole('button').count()).toBe(0)
    expect(await playground.ada.messages.count()).toBe(1)
  })

  test('a select sends what was chosen, with the people that it names', async () => {
    const options = [
      { label: 'Heads', value: 'h', description: 'the front' },
      { label: 'Tails', value: 't' },
    ]
    const side = { type: 3, custom_id: 'side', placeholder: 'Choose a side', options }
    const both = {
      type: 3,
      custom_id: 'both',
      placeholder: 'Both sides',
      options,
      min_values: 1,
      max_values: 2,
    }
    const who = { type: 5, custom_id: 'who', placeholder: 'Choose a player' }
    bot.replies(message({ content: 'Choose', components: [row(side), row(both), row(who)] }))
    const choose = await playground.ada.run('/shop')
    bot.replies({ type: 6 }, { type: 6 }, { type: 6 })
    await choose.getByLabel('Choose a side').selectOption('t')
    await expect
      .poll(() => bot.sent().data)
      .toMatchObject({ custom_id: 'side', component_type: 3, values: ['t'] })
    await choose.getByLabel('Both sides').selectOption(['h', 't'])
    await choose.getByRole('button', { name: 'Choose' }).click()
    await expect
      .poll(() => bot.sent().data)
      .toMatchObject({ custom_id: 'both', values: ['h', 't'] })
    await choose.getByLabel('Choose a player').selectOption({ label: 'Grace' })
    await expect
      .poll(() => bot.sent().data)
      .toMatchObject({
        custom_id: 'who',
        component_type: 5,
        values: [grace.id],
        resolved: { users: { [grace.id]: { username: 'grace' } }, members: { [grace.id]: {} } },
      })
  })

  test('a modal keeps the focus, is sent as it was filled in, and is given up with Escape', async () => {
    const input = {
      type: 4,
      custom_id: 'seed',
      style: 1,
      label: 'Your seed',
      required: true,
      value: 'old',
    }
    const note = {
      type: 18,
      label: 'A note',
      component: { type: 4, custom_id: 'note', style: 2, required: false },
    }
    const modal = {
      type: 9,
      data: { custom_id: 'fair', title: 'Your own seed', components: [row(input), note] },
    }
    bot.replies(modal, modal, message({ content: 'Thank you' }))
    const open = async () => {
      const form = await playground.ada.choose('/shop')
      await form.getByRole('button', { name: 'Send' }).click()
      const dialog = playground.ada.view.getByRole('dialog', { name: 'Your own seed' })
      await dialog.waitFor()
      return dialog
    }
    const first = await open()
    expect(await playground.page.locator(':focus').inputValue()).toBe('old')
    await playground.page.keyboard.press('Escape')
    expect(await first.count()).toBe(0)
    const dialog = await open()
    await dialog.getByLabel('Your seed').fill('lucky')
    await dialog.getByLabel('A note').fill('two\nlines')
    await dialog.getByRole('button', { name: 'Submit' }).click()
    await playground.ada.last.getByText('Thank you').waitFor()
    expect(bot.sent()).toMatchObject({
      type: 5,
      data: {
        custom_id: 'fair',
        components: [
          { type: 1, components: [{ type: 4, custom_id: 'seed', value: 'lucky' }] },
          { type: 18, component: { type: 4, custom_id: 'note', value: 'two\nlines' } },
        ],
      },
    })
  })

  test('a reply in parts shows its picture, an embed what it has', async () => {
    const embed = {
      title: 'Balance',
      description: 'of **Ada**',
      color: 0xf5b81c,
      author: { name: 'The bank' },
      footer: { text: 'Round 7' },
      fields: [{ name: 'COIN', value: '1,234', inline: true }],
    }
    bot.reply({ body: { payload: message({ embeds: [embed] }), png: pixel, name: 'card.png' } })
    const reply = await playground.ada.run('/shop')
    for (const text of ['Balance', 'of Ada', 'The bank', 'Round 7', 'COIN', '1,234']) {
      expect(await reply.innerText()).toContain(text)
    }
    await reply.getByAltText('card.png').waitFor()
    const border = await reply.locator('.embed').evaluate((each) => {
      const { getComputedStyle } = globalThis as unknown as {
        getComputedStyle: (of: unknown) => { borderLeftColor: string }
      }
      return getComputedStyle(each).borderLeftColor
    })
    expect(border).toBe('rgb(245, 184, 28)')
  })

  test('what others wrote is text: no element, no link and no mark that Discord would not make', async () => {
    const hostile = String.raw`<img src=x onerror=alert(1)> [click](javascript:alert(1)) \*\*not bold\*\* \<@${grace.id}\> **bold \* star** ~~old~~ ||secret|| <@${grace.id}> [site](https://example.com/a)`
    bot.replies(message({ content: hostile }))
    const text = (await playground.ada.run('/shop')).locator('.text')
    expect(await text.innerText()).toContain(
      '<img src=x onerror=alert(1)> [click](javascript:alert(1))',
    )
    expect(await text.innerText()).toContain(
      `**not bold** <@${grace.id}> bold * star old secret @Grace site`,
    )
    expect(await text.locator('strong').allInnerTexts()).toEqual(['bold * star'])
    expect(await text.locator('s').allInnerTexts()).toEqual(['old'])
    expect(await text.locator('img, script').count()).toBe(0)
    expect(
      await text
        .locator('a')
        .evaluateAll((links) => links.map((each) => each.getAttribute('href'))),
    ).toEqual(['https://example.com/a'])
  })

  test.each([
    ['a refusal', { status: 401, body: { code: 'invalid_signature' } }],
    ['no JSON', { body: '<html>' }],
    ['a bug', { status: 500, body: 'broken' }],
  ])('%s is shown as a bot that did not respond, to the one who asked', async (_, reply) => {
    bot.reply(reply)
    const shown = await playground.ada.run('/shop')
    expect(await shown.innerText()).toContain('The bot did not respond.')
    expect(await playground.grace.messages.count()).toBe(0)
  })

  test('an answer that Discord would not have waited for is shown with a warning', async () => {
    bot.reply({ body: message({ content: 'late' }), afterMilliseconds: 3_200 })
    await playground.ada.run('/shop')
    expect(await playground.panel.innerText()).toContain('Discord waits for 3 s')
  })

  test('a role that the bot gives is seen at the player', async () => {
    const [, , vip] = guild.roles
    const payload = { userId: grace.id, roleId: vip!.id }
    const path = `/guilds/${guild.id}/members/${grace.id}/roles/${vip!.id}`
    bot.tell({ method: 'PUT', path, payload })
    await playground.grace.view.getByText('VIP').waitFor()
    bot.tell({ method: 'DELETE', path, payload })
    await expect.poll(() => playground.grace.view.getByText('VIP').count()).toBe(0)
  })
})
