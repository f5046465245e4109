/** The generator, tried for real: in a copy of this repository a new Worker and new routes pass every check and answer. */
import { spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { repository } from '../tools/workers.ts'

const copy = mkdtempSync(join(tmpdir(), 'coinop-generator-'))
const port = 20_000 + (process.pid % 20_000)
/** Installing links a folder: it must not need the network. */
const env = {
  ...process.env,
  PATH: `${join(copy, 'node_modules/.bin')}:${process.env['PATH']}`,
  npm_config_offline: 'true',
  PORT: String(port),
  VITEST: '',
}

beforeAll(() => {
  copyRepository()
  tool('new.ts', 'loyalty')
  for (const operation of ['list', 'update', 'delete', 'redeem']) {
    tool('new-route.ts', 'loyalty', `loyalties.${operation}`)
  }
  // A noun of two words, in a Worker that announces through objects, and one in a Worker that had no keys to repeat writes.
  tool('new-route.ts', 'wallet', 'gift-vouchers.create')
  tool('new-route.ts', 'events', 'alerts.acknowledge')
}, 300_000)

afterAll(() => rmSync(copy, { recursive: true, force: true }))

test('npm run check is green without a hand edit', () => {
  const { status, output } = sh('npm', 'run', 'check')
  expect(output).not.toContain('FAILED')
  expect(status).toBe(0)
})

test('the tests that came with the new files pass', () => {
  const projects = ['loyalty', 'wallet', 'events'].flatMap((name) => ['--project', name])
  const files = ['loyalt', 'src/events.test', 'gift-vouchers', 'alerts']
  const report = join(copy, 'out/generator.json')
  const reporter = ['--reporter=json', `--outputFile=${report}`]
  const { output } = sh('npx', 'vitest', 'run', ...projects, ...files, ...reporter)
  const result = JSON.parse(readFileSync(report, 'utf8')) as {
    numTotalTests: number
    numPassedTests: number
  }
  expect(result.numPassedTests, output).toBe(result.numTotalTests)
  expect(result.numTotalTests).toBeGreaterThan(50)
})

test('the new Worker answers through the gateway that npm start opens', async () => {
  const started = spawn('npm', ['start'], { cwd: copy, env, detached: true })
  try {
    await ready(started)
    const { secretKey } = JSON.parse(readFileSync(join(copy, '.coinop/demo.json'), 'utf8')) as {
      secretKey: string
    }
    const address = `http://localhost:${port}/v1/loyalties`
    const headers = { 'x-api-key': secretKey, 'content-type': 'application/json' }
    const body = JSON.stringify({ name: 'gold', note: 'through the front door' })
    const created = await fetch(address, { method: 'POST', headers, body })
    expect(created.status, await created.text()).toBe(201)
    expect(await (await fetch(`${address}/gold`, { headers })).json()).toMatchObject({
      note: 'through the front door',
    })
    expect((await fetch(`${address}/gold`)).status).toBe(401)
  } finally {
    await stopped(started)
  }
})

/** What git knows of, and the packages: hard links where the disk allows it, but never of what a tool writes into. */
function copyRepository(): void {
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: repository,
    encoding: 'utf8',
  })
  for (const path of listed.stdout.split('\0').filter(Boolean)) {
    cpSync(join(repository, path), join(copy, path), { recursive: true, errorOnExist: false })
  }
  for (const folder of ['node_modules', 'sdk/js/node_modules']) link(folder)
  for (const args of [
    ['init', '-q'],
    ['add', '-A'],
    ['commit', '-q', '-m', 'copy'],
  ]) {
    must('git', '-c', 'user.name=test', '-c', 'user.email=test@example.com', ...args)
  }
}

function link(folder: string): void {
  const written = [
    '.package-lock.json',
    '.cache',
    '.vite',
    '.vite-temp',
    '.vitest',
    '.mf',
    '@coinop',
  ]
  const names = readdirSync(join(repository, folder)).filter((name) => !written.includes(name))
  must('mkdir', '-p', join(copy, folder))
  const sources = names.map((name) => join(repository, folder, name))
  if (sh('cp', '-al', ...sources, join(copy, folder)).status !== 0) {
    must('cp', '-a', ...sources, join(copy, folder))
  }
  for (const name of ['.package-lock.json', '@coinop']) {
    const source = join(repository, folder, name)
    sh('cp', '-a', source, join(copy, dirname(join(folder, name))))
  }
}

const tool = (file: string, ...args: string[]) => must('node', join('tools', file), ...args)

function sh(command: string, ...args: string[]) {
  const options = { cwd: copy, env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const
  const { status, stdout, stderr } = spawnSync(command, args, options)
  return { status, output: `${stdout}${stderr}` }
}

function must(command: string, ...args: string[]): void {
  const { status, output } = sh(command, ...args)
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed:\n${output}`)
}

type Process = ReturnType<typeof spawn>

function ready(child: Process): Promise<void> {
  let output = ''
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('Ctrl-C stops it')) resolve()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.on('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${output}`)))
  })
}

/** npm does not pass signals on in every version: the whole group is asked. */
function stopped(child: Process): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return Promise.resolve()
  const { pid } = child
  return new Promise((resolve) => {
    child.removeAllListeners('exit')
    child.on('exit', () => resolve())
    process.kill(-pid, 'SIGTERM')
  })
}
