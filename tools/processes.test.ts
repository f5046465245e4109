/** One server per state folder, and nothing left behind when it is killed. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { claim, isRunning } from './processes.ts'

// Stands for the server: starts a child as Miniflare starts workerd, claims the folder, says the child's process id.
const server = (folder: string) => `
import { spawn } from 'node:child_process'
import { claim } from ${JSON.stringify(join(import.meta.dirname, 'processes.ts'))}
const place = claim(${JSON.stringify(folder)}, 'http://localhost:1')
const child = spawn('sleep', ['600'])
place.record()
process.on('SIGTERM', () => { child.kill(); place.release(); process.exit(0) })
// Last of all: whoever hears it may send the signal.
console.log(child.pid)
setInterval(() => {}, 1000)
`

let folder = ''
let running: ChildProcess
let childPid = 0
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'coinop-processes-'))
  const args = ['--input-type=module', '--eval', server(folder)]
  running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  childPid = await new Promise((said) => running.stdout!.once('data', (text) => said(Number(text))))
})
afterEach(() => {
  running.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

const ended = () => new Promise((done) => running.once('exit', done))

test('a second server on the same state folder is refused, and told where the first is', () => {
  expect(() => claim(folder, 'http://localhost:2')).toThrow(
    `process ${running.pid}, http://localhost:1`,
  )
})

test('children end when the server is killed, and the folder is free again', async () => {
  expect(isRunning(childPid)).toBe(true)
  running.kill('SIGKILL')
  await ended()
  await vi.waitFor(() => expect(isRunning(childPid)).toBe(false), { timeout: 5000 })
  claim(folder, 'http://localhost:2').release()
})

test('a server that stops by itself gives the folder back', async () => {
  running.kill('SIGTERM')
  expect(await ended()).toBe(0)
  claim(folder, 'http://localhost:2').release()
})
