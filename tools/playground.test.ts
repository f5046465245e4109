import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { bundleAll } from './bundle.ts'
import { readDemo, writeDemo } from './demo.ts'
import { guild, people } from './playground/people.ts'
import { createPlayground, isLoopback } from './playground/playground.ts'
import type { Told } from './playground/told.ts'
import { findWorkers, repository } from './workers.ts'

const stateFolder = mkdtempSync(join(tmpdir(), 'coinop-playground-'))
const demo = writeDemo(join(stateFolder, 'demo.json'), readDemo('', []))
const at = 'http://localhost:8787'
const rest = createPlayground(stateFolder).vars['discord']!['DISCORD_API_URL']!

/** A playground of its own, what the bot may ask of it and what its page hears. */
function opened() {
  const { page, outbound } = createPlayground(stateFolder)
  return {
    page: (path: string, init?: RequestInit) => page(new Request(path, init)),
    bot: (method: string, path: string, body?: unknown) => {
      const json = { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
      const sent = body instanceof FormData ? { body } : body === undefined ? {} : json
      return outbound(new Request(rest + path, { method, ...sent }))
    },
    told: async (after = 0) => {
      const answer = await page(new Request(`${at}/playground/told.json?after=${after}`))
      return (await answer.json()) as Told[]
    },
  }
}

const webhook = `/webhooks/${demo.discord.applicationId}/playground.1.token`

describe('the page of the playground', () => {
  test('every file that it names is there, and is kept by no cache', async () => {
    const { page } = opened()
    const html = await (await page(`${at}/playground`)).text()
    const named = [...html.matchAll(/(?:src|href)="(\/playground\/[\w.]+)"/g)].map(
      ([, path]) => path,
    )
    expect(new Set(named).size).toBe(3)
    for (const path of named) {
      const answer = await page(at + path)
      expect([path, answer.status]).toEqual([path, 200])
      expect(answer.headers.get('cache-control')).toBe('no-store')
    }
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//)
  })

  test('the key is for pages that were opened under a name of this machine', async () => {
    const { page } = opened()
    for (const host of ['localhost:8787', '127.0.0.1:9000', '[::1]:8787']) {
      const answer = await page(`http://${host}/playground/config.json`)
      const { privateKey } = (await answer.json()) as { privateKey: string }
      expect(privateKey).toBe(demo.discord.privateKey)
    }
    for (const host of ['rebound.example:8787', 'localhost.rebound.example', '192.168.1.2:8787']) {
      const answer = await page(`http://${host}/playground/config.json`)
      expect([answer.status, await answer.text()]).toEqual([421, ''])
    }
  })

  test('404 for a file that is not there, 405 for a write', async () => {
    const { page } = opened()
    for (const path of ['/playground/demo.json', '/playground/page/main.ts', '/playground/']) {
      expect((await page(at + path)).status, path).toBe(404)
    }
    expect((await page(`${at}/playground`, { method: 'POST' })).status).toBe(405)
  })

  test('a server that others can reach has none', () => {
    expect(['127.0.0.1', 'localhost', '::1', '127.0.0.2'].filter(isLoopback)).toHaveLength(4)
    expect(['0.0.0.0', '::', '192.168.1.2', 'localhost.example'].filter(isLoopback)).toEqual([])
  })
})

describe("the playground as Discord's REST API", () => {
  test('a reply is thinking until it is edited, and is gone when it is deleted', async () => {
    const { bot } = opened()
    const reply = `${webhook}/messages/@original`
    const seen = async () => {
      const answer = await bot('GET', reply)
      return { status: answer.status, ...((await answer.json()) as object) }
    }
    expect(await seen()).toMatchObject({ status: 200, flags: 128 })
    await bot('POST', webhook, { content: 'beside it' })
    expect(await seen()).toMatchObject({ status: 200, flags: 128 })
    await bot('PATCH', reply, { content: 'the answer' })
    const edited = await seen()
    expect(edited).toMatchObject({ status: 200, content: 'the answer' })
    expect(edited).not.toHaveProperty('flags')
    expect(edited).toHaveProperty('edited_timestamp', expect.stringMatching(/^20.*Z$/))
    await bot('DELETE', reply)
    expect(await seen()).toMatchObject({ status: 404 })
  })

  test('an edit reaches the page, with its files', async () => {
    const { bot, told } = opened()
    const form = new FormData()
    form.set('payload_json', JSON.stringify({ content: 'here it is' }))
    form.set(
      'files[0]',
      new File([new Uint8Array([137, 80, 78, 71])], 'rank.png', { type: 'image/png' }),
    )
    expect((await bot('PATCH', `${webhook}/messages/@original`, form)).status).toBe(200)
    expect(await told()).toEqual([
      {
        number: 1,
        method: 'PATCH',
        path: `${webhook}/messages/@original`,
        token: 'playground.1.token',
        messageId: '@original',
        payload: { content: 'here it is' },
        files: [{ name: 'rank.png', type: 'image/png', base64: 'iVBORw==' }],
      },
    ])
  })

  test('a follow-up gets an id, by which it is edited and deleted', async () => {
    const { bot, told } = opened()
    const sent = (await (await bot('POST', webhook, { content: 'more' })).json()) as { id: string }
    expect(sent.id).toMatch(/^\d{17,20}$/)
    await bot('PATCH', `${webhook}/messages/${sent.id}`, { content: 'most' })
    expect((await bot('DELETE', `${webhook}/messages/${sent.id}`)).status).toBe(204)
    expect((await told()).map(({ method, messageId }) => [method, messageId])).toEqual([
      ['POST', sent.id],
      ['PATCH', sent.id],
      ['DELETE', sent.id],
    ])
    expect(await told(2)).toHaveLength(1)
  })

  test('a page that waits hears of it at once', async () => {
    const { bot, told } = opened()
    const waiting = told()
    await bot('POST', webhook, { content: 'hello' })
    expect(await waiting).toHaveLength(1)
  })

  test('a page of before a restart hears again', async () => {
    const { bot, told } = opened()
    await bot('POST', webhook, { content: 'hello' })
    expect(await told(70)).toHaveLength(1)
  })

  test('a role is given and taken, to a member of the server and of a role that it has', async () => {
    const { bot, told } = opened()
    const [, grace] = people
    const vip = guild.roles.find(({ name }) => name === 'VIP')!
    const path = (user: string, role: string) => `/guilds/${guild.id}/members/${user}/roles/${role}`
    expect((await bot('PUT', path(grace!.id, vip.id))).status).toBe(204)
    expect((await bot('PUT', path(grace!.id, vip.id))).status).toBe(204)
    expect(grace!.roles).toEqual([vip.id])
    expect((await bot('DELETE', path(grace!.id, vip.id))).status).toBe(204)
    expect(grace!.roles).toEqual([])
    expect((await bot('PUT', path('1300000000000009999', vip.id))).status).toBe(404)
    expect((await bot('PUT', path(grace!.id, '1300000000000009999'))).status).toBe(404)
    expect(await told()).toHaveLength(3)
  })

  test('404 in the form of Discord, for everything else', async () => {
    const { bot } = opened()
    for (const [method, path] of [
      ['GET', '/users/@me'],
      ['PATCH', '/webhooks/me/token/messages/@original'],
      ['POST', `${webhook}/messages`],
    ] as const) {
      const answer = await bot(method, path)
      expect([answer.status, await answer.json()]).toEqual([
        404,
        { message: '404: Not Found', code: 0 },
      ])
    }
  })
})

test('nothing that is deployed contains the playground', async () => {
  const workers = findWorkers().filter(({ name }) => ['gateway', 'discord'].includes(name))
  const bundles = await bundleAll(workers)
  const scripts = [...bundles.values()].map(({ scriptPath }) => scriptPath)
  const folder = join(repository, 'workers/gateway/public')
  const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.\w+$/.test(path))
    .map((path) => join(folder, path))
  expect(scripts.length + pages.length).toBeGreaterThan(8)
  for (const path of [...scripts, ...pages]) {
    const text = readFileSync(path, 'utf8')
    expect(text, path).not.toContain('playground/config.json')
    expect(text, path).not.toContain('discord.invalid')
  }
}, 120_000)
