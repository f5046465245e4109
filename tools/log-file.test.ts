/** Where the lines of the Workers go. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openLogFile } from './log-file.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coinop-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lines = (name: string) =>
  readFileSync(join(folder, name), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

test('every line of the file is JSON, whatever was printed', async () => {
  const log = openLogFile(folder)
  log.write({ level: 'info', message: '{"level":"info","worker":"wallet"}' })
  log.write({ level: 'info', message: '{not JSON' })
  await log.close()
  expect(lines('coinop.log')).toMatchObject([
    { worker: 'wallet' },
    { worker: 'workerd', message: '{not JSON' },
  ])
})

test('lines that a Worker gathered are lines again', async () => {
  const log = openLogFile(folder)
  const message = ['{"worker":"wallet"}', '{"worker":"shop"}'].join('\n')
  log.write({ level: 'info', message })
  await log.close()
  expect(lines('coinop.log')).toEqual([{ worker: 'wallet' }, { worker: 'shop' }])
})

test('errors are shown on the terminal too, in one line', async () => {
  const shown = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const log = openLogFile(folder)
  const line = { worker: 'shop', operation: 'orders.get', message: 'lost', requestId: 'r1' }
  log.write({ level: 'error', message: JSON.stringify(line) })
  await log.close()
  expect(shown.mock.calls).toEqual([['error  shop orders.get: lost (request r1)']])
  shown.mockRestore()
})

test('the log of the last start is kept beside the new one', async () => {
  for (const message of ['first', 'second']) {
    const log = openLogFile(folder)
    log.write({ level: 'info', message })
    await log.close()
  }
  expect(lines('coinop.log.1')).toMatchObject([{ message: 'first' }])
  expect(lines('coinop.log')).toMatchObject([{ message: 'second' }])
})
