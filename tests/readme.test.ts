import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from '../tools/workers.ts'
import { baseUrl, demo, stateFolder } from './door.ts'

const readme = readFileSync(join(repository, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = '']) =>
  block.trim(),
)
const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>
}

describe('README', () => {
  test('begins with npm start and has npm test', () => {
    expect(blocks[0]).toBe('npm start')
    expect(blocks).toContain('npm test')
  })

  test('its first curl, as printed, answers with the catalogue', () => {
    const curl = blocks.find((block) => block.startsWith('curl'))!
    // Where somebody who has just run `npm start` stands; only the port is this test's own.
    const folder = mkdtempSync(join(tmpdir(), 'coinop-readme-'))
    symlinkSync(stateFolder, join(folder, '.coinop'))
    const printed = execFileSync('sh', ['-c', curl.replace('http://localhost:8787', baseUrl)], {
      cwd: folder,
      encoding: 'utf8',
    })
    const names = (JSON.parse(printed) as { data: { name: string }[] }).data.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(demo.items.map(({ name }) => name)))
  })

  test('its curls by hand, as printed, deposit, buy and play', () => {
    const [, block = ''] = /^```console\n([\s\S]*?)^```/m.exec(readme) ?? []
    const commands = block.split(/^\$ /m).filter(Boolean)
    const variables = {
      URL: baseUrl,
      KEY: demo.secretKey,
      PLAYER: demo.users[0]!.id,
      ITEM: demo.items[0]!.id,
    }
    const answers = commands.map((command) =>
      JSON.parse(
        execFileSync('sh', ['-c', command], {
          env: { ...process.env, ...variables },
          encoding: 'utf8',
        }),
      ),
    ) as object[]
    expect(answers).toMatchObject([{ kind: 'deposit' }, { status: 'paid' }, { status: 'settled' }])
  })

  test('npm run demo prints the journey', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(repository, 'tools/run-demo.ts')],
      {
        env: { ...process.env, COINOP_STATE: stateFolder },
        encoding: 'utf8',
      },
    )
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(stdout).toContain('Every answer was as it should be.')
  })

  test('every command that it names is a script', () => {
    const named = [
      ...readme.matchAll(/`npm run ([\w:]+)/g),
      ...readme.matchAll(/^npm run ([\w:]+)/gm),
    ]
    expect(named.length).toBeGreaterThan(5)
    for (const [, name = ''] of named) expect(Object.keys(scripts)).toContain(name)
  })
})
