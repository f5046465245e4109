/** A real browser for the tests that need one: Debian's chromium, or whatever CHROMIUM names. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const places = [process.env['CHROMIUM'], '/usr/bin/chromium', '/usr/bin/google-chrome']

/** Where a browser is; undefined, with a line that says so, when there is none. */
export const browserPath: string | undefined = places.find((path) => path && existsSync(path))
if (!browserPath) console.log('No browser found: browser tests are skipped. Set CHROMIUM to one.')

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({
    executablePath: browserPath!,
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
