/** Drives the playground as people do: by what they see and by the keyboard. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { repository } from '../tools/workers.ts'
import { baseUrl } from './door.ts'

/** `PICTURES=docs/screenshots` keeps them where the documents show them. */
const pictures = join(repository, process.env['PICTURES'] ?? 'out/screenshots')

export type Playground = {
  page: Page
  ada: Client
  grace: Client
  /** The panel. */
  panel: Locator
  /** What the page complained about, or fetched from elsewhere. */
  wrong: string[]
  picture: (name: string) => Promise<unknown>
}
export type Client = {
  view: Locator
  messages: Locator
  last: Locator
  /** What the command list offers now. */
  offered: () => Promise<string[]>
  /** Opens the form of a command, by the keyboard alone. */
  choose: (title: string) => Promise<Locator>
  /** Chooses, fills in and sends; resolves when there is a new message. */
  run: (title: string, given?: Record<string, string>) => Promise<Locator>
}

export async function openPlayground(browser: Browser): Promise<Playground> {
  mkdirSync(pictures, { recursive: true })
  const context = await browser.newContext({ viewport: { width: 1200, height: 720 } })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: baseUrl })
  const page = await context.newPage()
  const wrong: string[] = []
  page.on('console', (message) => message.type() === 'error' && wrong.push(message.text()))
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(baseUrl) && !url.startsWith('data:')) wrong.push(url)
  })
  await page.goto(`${baseUrl}/playground`)
  const panel = page.getByLabel('Requests and responses')
  await panel.waitFor()
  const picture = (name: string) => page.screenshot({ path: join(pictures, `${name}.png`) })
  const [ada, grace] = [clientOf(page, 'Ada'), clientOf(page, 'Grace')]
  return { page, ada, grace, panel, wrong, picture }
}

function clientOf(page: Page, name: string): Client {
  const view = page.getByLabel(`${name}’s client`)
  const messages = view.locator('.message')
  const writing = view.getByLabel(`Command as ${name}`)
  const choose = async (title: string) => {
    await writing.fill(title)
    await view.getByRole('listbox', { name: 'Commands' }).waitFor()
    // The first of the list is the one that was typed, unless another begins with it too.
    const titles = await view.locator('[role=option] b').allTextContents()
    for (let place = titles.indexOf(title); place > 0; place -= 1) await writing.press('ArrowDown')
    await writing.press('Enter')
    return view.getByRole('form', { name: title, exact: true })
  }
  return {
    view,
    messages,
    last: messages.last(),
    offered: async () => {
      await writing.fill('/')
      const titles = await view.locator('[role=option] b').allTextContents()
      await writing.press('Escape')
      return titles
    },
    choose,
    run: async (title, given = {}) => {
      const before = await messages.count()
      const form = await choose(title)
      for (const [option, value] of Object.entries(given)) await fillOption(form, option, value)
      await form.getByRole('button', { name: 'Send' }).click()
      await messages.nth(before).waitFor()
      return messages.nth(before)
    },
  }
}

/** Fills in one option; one that may be left out is added first. */
async function fillOption(form: Locator, option: string, value: string): Promise<void> {
  const chip = form.getByRole('button', { name: `+ ${option}`, exact: true })
  if ((await chip.count()) > 0) await chip.click()
  const field = form.getByLabel(option, { exact: true })
  const isSelect = await field.evaluate((each) => each.nodeName === 'SELECT')
  await (isSelect ? field.selectOption({ label: value }) : field.fill(value))
}

/** Something sensible for each option that a command needs, whatever commands there are. */
export async function fillWhatIsNeeded(form: Locator): Promise<void> {
  for (const field of await form.locator('input, select').all()) {
    const kind = await field.evaluate((each) =>
      each.nodeName === 'SELECT'
        ? 'list'
        : (each.getAttribute('role') ?? each.getAttribute('type')),
    )
    if (kind === 'list') await field.selectOption({ index: 2 })
    else if (kind === 'number') await field.fill('5')
    else if (kind === 'combobox') {
      await field.click()
      await form.getByRole('option').first().click()
    } else await field.fill('COIN')
  }
}
