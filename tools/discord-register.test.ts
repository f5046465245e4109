import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord-api-types/v10'
import { afterEach, describe, expect, test } from 'vitest'
import { definitions, register } from './discord-register.ts'

type Received = { method: string; url: string; headers: IncomingHttpHeaders; body: string }

const servers: { close(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A Discord that keeps what it gets and answers like the real one: with the commands, or with `refusal`. */
async function fakeDiscord(refusal?: { status: number; body: object }) {
  const received: Received[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url = '', headers } = request
    const body = await text(request)
    received.push({ method, url, headers, body })
    response.writeHead(refusal?.status ?? 200, { 'content-type': 'application/json' })
    response.end(refusal ? JSON.stringify(refusal.body) : body)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  servers.push(server)
  return { received, apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

const token = 'not.a.real.token'
const applicationId = '1300000000000000001'
const guildId = '1300000000000000002'

describe('discord-register', () => {
  test('sends every command in one PUT, with the token in the header only', async () => {
    const { received, apiUrl } = await fakeDiscord()
    const report = await register({ token, applicationId, guildId: undefined, apiUrl })
    expect(report).toEqual({
      text: `Registered for all servers: ${(await definitions()).map(({ name }) => `/${name}`).join(' ')}`,
      exitCode: 0,
    })
    expect(received).toHaveLength(1)
    const { method, url, headers, body } = received[0]!
    expect({ method, url }).toEqual({
      method: 'PUT',
      url: `/applications/${applicationId}/commands`,
    })
    expect(headers).toMatchObject({
      authorization: `Bot ${token}`,
      'content-type': 'application/json',
      'user-agent': `DiscordBot (https://discord.com/developers/applications/${applicationId}, 0.1.0)`,
    })
    expect(JSON.parse(body)).toEqual(await definitions())
    expect(body).not.toContain(token)
  })

  test('sends to one server when --guild names it', async () => {
    const { received, apiUrl } = await fakeDiscord()
    const report = await register({ token, applicationId, guildId, apiUrl })
    expect(report.text).toContain(`server ${guildId}`)
    expect(received[0]?.url).toBe(`/applications/${applicationId}/guilds/${guildId}/commands`)
  })

  test('shows everything and sends nothing, without a token', async () => {
    const { received, apiUrl } = await fakeDiscord()
    const report = await register({ token: undefined, applicationId, guildId: undefined, apiUrl })
    expect(report.exitCode).toBe(0)
    expect(report.text).toContain(`PUT /applications/${applicationId}/commands`)
    expect(JSON.parse(report.text.slice(report.text.indexOf('[')))).toEqual(await definitions())
    expect(received).toEqual([])
  })

  test('fails and says what Discord said, but not the token, when Discord refuses', async () => {
    const body = { message: '401: Unauthorized', code: 0 }
    const { apiUrl } = await fakeDiscord({ status: 401, body })
    const report = await register({ token, applicationId, guildId: undefined, apiUrl })
    expect(report.exitCode).toBe(1)
    expect(report.text).toContain('401: Unauthorized')
    expect(report.text).not.toContain(token)
  })

  test('fails and says so, when Discord does not answer', async () => {
    const { apiUrl } = await fakeDiscord()
    for (const server of servers.splice(0)) server.close()
    const report = await register({ token, applicationId, guildId: undefined, apiUrl })
    expect(report).toEqual({ text: expect.stringContaining('did not answer'), exitCode: 1 })
  })

  test.each([
    { applicationId: undefined, guildId: undefined },
    { applicationId: '../users/@me', guildId: undefined },
    { applicationId, guildId: 'my server' },
  ])('fails and sends nothing, for ids that are none: %j', async (ids) => {
    const { received, apiUrl } = await fakeDiscord()
    expect((await register({ token, apiUrl, ...ids })).exitCode).toBe(1)
    expect(received).toEqual([])
  })
})

type Option = NonNullable<RESTPostAPIChatInputApplicationCommandsJSONBody['options']>[number]

describe('definitions', () => {
  test('fit what Discord accepts: names, lengths, counts, and required options first', async () => {
    const all = await definitions()
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length)
    for (const { name, description, options = [] } of all) checkNamed(name, description, options)
  })
})

/** Source: https://discord.com/developers/docs/interactions/application-commands */
function checkNamed(name: string, description: string, options: Option[]): void {
  expect(name).toMatch(/^[-_a-z0-9]{1,32}$/)
  expect(description.length).toBeGreaterThanOrEqual(1)
  expect(description.length).toBeLessThanOrEqual(100)
  expect(options.length).toBeLessThanOrEqual(25)
  const required = options.map((option) => option.required ?? false)
  expect(required).toEqual(required.toSorted((a, b) => Number(b) - Number(a)))
  for (const option of options) {
    const inner = 'options' in option ? (option.options ?? []) : []
    checkNamed(option.name, option.description, inner)
    if ('choices' in option) expect(option.choices?.length).toBeLessThanOrEqual(25)
  }
}
