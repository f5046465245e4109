/**
 * A Discord for tests, over real HTTP: issues codes, verifies PKCE, client and redirect address, gives tokens for codes once.
 * Written from RFC 6749, RFC 7636 and Discord's documentation, and not from our client.
 */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fakeBotDoor } from './fake-discord-bot.ts'

/** Who sits at the browser, and how Discord behaves towards those who come with their code. */
type Person = { id: string; username: string; global_name: string | null; mood?: Mood }
type Mood =
  | 'token-down'
  | 'token-slow'
  | 'token-garbage'
  | 'token-huge'
  | 'token-error'
  | 'token-elsewhere'
  | 'token-down-once'
  | 'person-down'
  | 'person-garbage'
  | 'person-error'

type Issued = {
  person: Person
  clientId: string
  redirectUri: string
  challenge: string
  used: boolean
  asked: number
}

const slowMilliseconds = 8_000
/** Every application has this one, so that none has to be registered here. */
export const secretOf = (clientId: string) => `test-only-secret-of-${clientId}`

export async function startFakeDiscord() {
  const codes = new Map<string, Issued>()
  const tokens = new Map<string, Person>()
  const elsewhere: string[] = []
  const botDoor = fakeBotDoor()
  const doors: Record<string, (exchange: Exchange) => Promise<void> | void> = {
    'GET /oauth2/authorize': (exchange) => authorize(codes, exchange),
    'POST /api/v10/oauth2/token': (exchange) => grant(codes, tokens, exchange),
    'POST /api/v10/oauth2/token/revoke': (exchange) => revoke(tokens, exchange),
    'GET /api/v10/users/@me': (exchange) => whoIs(tokens, exchange),
    // What a test wants to know afterwards.
    'GET /test/code': ({ url, answer }) => answer(200, codes.get(parameter(url, 'code')) ?? {}),
    'GET /test/tokens': ({ url, answer }) => {
      const theirs = [...tokens.values()].filter(({ id }) => id === parameter(url, 'person'))
      answer(200, { live: theirs.length })
    },
    'POST /elsewhere': ({ request, answer }) => {
      elsewhere.push(request.headers.authorization ?? '')
      answer(200, { access_token: 'stolen', token_type: 'Bearer' })
    },
    'GET /test/elsewhere': ({ answer }) => answer(200, { seen: elsewhere.length }),
  }
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://discord')
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof body === 'string' ? body : JSON.stringify(body))
    }
    const door = doors[`${request.method} ${url.pathname}`]
    if (!door && botDoor(request, url, answer)) return
    if (!door) return answer(404, { message: '404: Not Found', code: 0 })
    void door({ request, response, url, answer })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}

type Exchange = {
  request: IncomingMessage
  response: ServerResponse
  url: URL
  answer: (status: number, body: unknown) => void
}

const parameter = (url: URL, name: string) => url.searchParams.get(name) ?? ''
const refuse = ({ answer }: Exchange, status: number, error: string) => answer(status, { error })

/** The page on which somebody agrees: who that is stands in a header. */
function authorize(codes: Map<string, Issued>, exchange: Exchange): void {
  const { request, response, url } = exchange
  const person = JSON.parse(String(request.headers['x-person'])) as Person
  const isRight =
    parameter(url, 'response_type') === 'code' &&
    parameter(url, 'scope') === 'identify' &&
    parameter(url, 'code_challenge_method') === 'S256' &&
    /^[\w-]{43}$/.test(parameter(url, 'code_challenge')) &&
    parameter(url, 'state').length >= 22
  if (!isRight) return refuse(exchange, 400, 'invalid_request')
  const code = randomBytes(15).toString('base64url')
  const redirectUri = parameter(url, 'redirect_uri')
  codes.set(code, {
    person,
    clientId: parameter(url, 'client_id'),
    redirectUri,
    challenge: parameter(url, 'code_challenge'),
    used: false,
    asked: 0,
  })
  const back = new URL(redirectUri)
  back.searchParams.set('code', code)
  back.searchParams.set('state', parameter(url, 'state'))
  response.writeHead(302, { location: back.href }).end()
}

/** The application that a request comes from; undefined when the secret is wrong. */
function clientOf({ headers }: IncomingMessage): string | undefined {
  const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? []
  const [clientId = '', secret] = Buffer.from(encoded, 'base64').toString().split(':')
  return secret === secretOf(clientId) ? clientId : undefined
}

async function formOf(request: IncomingMessage): Promise<URLSearchParams | undefined> {
  const body = await text(request)
  const type = request.headers['content-type'] ?? ''
  return /^application\/x-www-form-urlencoded(;|$)/.test(type)
    ? new URLSearchParams(body)
    : undefined
}

async function grant(codes: Map<string, Issued>, tokens: Map<string, Person>, exchange: Exchange) {
  const { request, answer } = exchange
  const form = await formOf(request)
  const clientId = clientOf(request)
  if (!form || form.get('grant_type') !== 'authorization_code') {
    return refuse(exchange, 400, 'unsupported_grant_type')
  }
  if (clientId === undefined) return refuse(exchange, 401, 'invalid_client')
  const issued = codes.get(form.get('code') ?? '')
  if (issued) issued.asked += 1
  if (issued && (await misbehaved(issued, exchange))) return
  const verifier = form.get('code_verifier') ?? ''
  const isRight =
    issued?.used === false &&
    issued.clientId === clientId &&
    issued.redirectUri === form.get('redirect_uri') &&
    /^[\w.~-]{43,128}$/.test(verifier) &&
    createHash('sha256').update(verifier).digest('base64url') === issued.challenge
  if (!isRight) return refuse(exchange, 400, 'invalid_grant')
  issued.used = true
  const token = randomBytes(20).toString('base64url')
  tokens.set(token, issued.person)
  const grants = { token_type: 'Bearer', expires_in: 604_800, scope: 'identify' }
  answer(200, { ...grants, access_token: token, refresh_token: randomBytes(20).toString('hex') })
}

/** Whether the request got what the mood gives, which is no token. */
async function misbehaved({ person, asked }: Issued, { response, answer }: Exchange) {
  const { mood } = person
  if (mood === 'token-down' || (mood === 'token-down-once' && asked === 1)) response.destroy()
  else if (mood === 'token-garbage') answer(200, '<html>not what you expect</html>')
  else if (mood === 'token-huge') answer(200, `{"access_token":"${'x'.repeat(200_000)}"}`)
  else if (mood === 'token-error') answer(500, { message: '500: Internal Server Error', code: 0 })
  else if (mood === 'token-elsewhere') response.writeHead(307, { location: '/elsewhere' }).end()
  else if (mood === 'token-slow') setTimeout(() => response.destroy(), slowMilliseconds)
  else return false
  return true
}

function whoIs(tokens: Map<string, Person>, exchange: Exchange): void {
  const { request, response, answer } = exchange
  const [, token = ''] = /^Bearer (.+)$/.exec(request.headers.authorization ?? '') ?? []
  const person = tokens.get(token)
  if (!person) return answer(401, { message: '401: Unauthorized', code: 0 })
  const { mood, ...shown } = person
  if (mood === 'person-down') response.destroy()
  else if (mood === 'person-garbage') answer(200, { id: 'somebody', username: 7 })
  else if (mood === 'person-error') answer(500, { message: '500: Internal Server Error', code: 0 })
  else answer(200, { ...shown, discriminator: '0', avatar: null, public_flags: 0 })
}

async function revoke(tokens: Map<string, Person>, exchange: Exchange) {
  const form = await formOf(exchange.request)
  if (clientOf(exchange.request) === undefined) return refuse(exchange, 401, 'invalid_client')
  tokens.delete(form?.get('token') ?? '')
  exchange.answer(200, {})
}
