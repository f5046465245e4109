import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { newSnowflake, signedHeaders } from '../tools/discord-client.ts'
import { type Examination, examine, report } from '../tools/discord-doctor.ts'
import { definitions } from '../tools/discord-register.ts'
import { demo } from './door.ts'

const servers: { close(): void }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

const token = 'not.a.real.token.of.a.bot'
const { applicationId, publicKey } = demo.discord
const endpoint = `${demo.baseUrl}/v1/discord/interactions/${applicationId}`

type Portal = { key?: string; endpoint?: string | null; commands?: string[] }

/** Discord as a developer sees it: it knows the application, and tries an endpoint with its signature before it takes it. */
async function fakePortal({
  key = demo.discord.privateKey,
  endpoint: set = null,
  commands,
}: Portal) {
  const names = commands ?? (await definitions()).map(({ name }) => name)
  const application = {
    id: applicationId,
    name: 'Arcade',
    verify_key: publicKey,
    interactions_endpoint_url: set,
  }
  const signer = { discord: { ...demo.discord, privateKey: key } }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const say = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    }
    if (request.headers.authorization !== `Bot ${token}`) {
      return say(401, { message: '401: Unauthorized', code: 0 })
    }
    if (request.url === '/applications/@me' && request.method === 'GET')
      return say(200, application)
    if (request.url === `/applications/${applicationId}/commands`) {
      return say(
        200,
        names.map((name) => ({ name })),
      )
    }
    const { interactions_endpoint_url: wanted } = JSON.parse(await text(request))
    const isGood = (await ping(wanted, signer)) === 200 && (await ping(wanted, undefined)) === 401
    if (!isGood)
      return say(400, {
        message: 'The specified interactions endpoint URL could not be verified.',
        code: 50_035,
      })
    application.interactions_endpoint_url = wanted
    say(200, application)
  }
  const server = createServer((request, response) => void answer(request, response))
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  servers.push(server)
  return { application, apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

async function ping(url: string, signer: Parameters<typeof signedHeaders>[0] | undefined) {
  const body = JSON.stringify({
    id: newSnowflake(),
    application_id: applicationId,
    type: 1,
    version: 1,
  })
  const unsigned = { 'content-type': 'application/json', 'x-signature-ed25519': '0'.repeat(128) }
  const headers = signer ? signedHeaders(signer, body) : unsigned
  return (await fetch(url, { method: 'POST', headers, body })).status
}

const look = async (portal: Portal, more: Partial<Examination> = {}) => {
  const { apiUrl, application } = await fakePortal(portal)
  const input = { token, applicationId, coinopUrl: demo.baseUrl, apiUrl, ...more }
  const findings = await examine(input)
  const { text: printed, exitCode } = report(findings)
  expect(printed).not.toContain(token)
  return { printed, exitCode, application }
}

describe('discord:doctor', () => {
  test('finds nothing wrong when nothing is', async () => {
    const { printed, exitCode } = await look({ endpoint })
    expect(printed.split('\n').map((line) => line[0])).toEqual(['✓', '✓', '✓', '✓'])
    expect(exitCode).toBe(0)
  })

  test('has Discord try the endpoint, and Discord keeps it', async () => {
    const { printed, exitCode, application } = await look({}, { setsEndpoint: true })
    expect(printed).toContain('✓ key         Discord tried the endpoint')
    expect(application.interactions_endpoint_url).toBe(endpoint)
    expect(exitCode).toBe(0)
  })

  test.each<[string, Portal, Partial<Examination>, string]>([
    ['no settings', {}, { token: undefined, applicationId: 'x', coinopUrl: '' }, 'DISCORD_TOKEN'],
    ['a wrong token', {}, { token: 'wrong' }, '✗ token       Discord refuses it'],
    [
      'a token of another application',
      {},
      { applicationId: newSnowflake() },
      '✗ application The token is of',
    ],
    ['no endpoint at Discord', {}, {}, '✗ key         Discord calls no endpoint.'],
    [
      'another endpoint at Discord',
      { endpoint: 'https://old.example/' },
      {},
      'Discord calls https://old.example/',
    ],
    ['nobody at the address', {}, { coinopUrl: 'http://127.0.0.1:1' }, '✗ endpoint'],
    [
      'missing commands',
      { endpoint, commands: ['balance'] },
      {},
      'Discord lacks /daily /work /pay',
    ],
  ])('says what is wrong: %s', async (_, portal, more, sentence) => {
    const { printed, exitCode } = await look(portal, more)
    expect(printed).toContain(sentence)
    expect(exitCode).toBe(1)
  })

  test('says which key Coinop should have, when it has another one', async () => {
    const { generateKeyPairSync } = await import('node:crypto')
    const other = generateKeyPairSync('ed25519').privateKey
    const key = other.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    const { printed, exitCode } = await look({ key }, { setsEndpoint: true })
    expect(printed).toContain('✗ key         Discord tried the endpoint and did not accept it (400')
    expect(printed).toContain(`public key ${publicKey}`)
    expect(exitCode).toBe(1)
  })

  test('says so, when Discord does not answer', async () => {
    const { printed, exitCode } = await look({}, { apiUrl: 'http://127.0.0.1:1' })
    expect(printed).toContain('Discord did not answer')
    expect(exitCode).toBe(1)
  })
})
