/**
 * The only client of Discord's OAuth2: a code in, who it belongs to out. Discord's tokens are given back at once and kept
 * nowhere. Source: https://discord.com/developers/docs/topics/oauth2
 */
import { logError } from '@coinop/shared/log'
import { fail, ok, type Result } from '@coinop/shared/result'
import { z } from 'zod'
import type { DiscordUser } from './discord.ts'
import type { DiscordClient } from './discord-clients.ts'

type Environment = Pick<AuthEnv, 'DISCORD_API_URL' | 'DISCORD_AUTHORIZE_URL'>

/** Of each of the calls. */
const timeoutMilliseconds = 5_000
const answerBytesMax = 65_536

export type Exchange = {
  client: DiscordClient
  code: string
  codeVerifier: string
  redirectUri: string
}
/** `discord_unavailable`: Discord has not said yes or no. */
export type DiscordRefusal = 'discord_refused' | 'discord_client_refused' | 'discord_unavailable'

const Grant = z.object({ access_token: z.string().min(1), token_type: z.string() })
const Person = z.object({
  id: z.string().regex(/^\d{17,20}$/),
  username: z.string().min(1),
  global_name: z.string().nullish(),
})

/** Where the browser goes. `identify` shows the id and the name, and nothing else. */
export function authorizationUrl(
  { DISCORD_AUTHORIZE_URL }: Environment,
  {
    clientId,
    ...asked
  }: { clientId: string; redirectUri: string; state: string; challenge: string },
): string {
  const url = new URL(DISCORD_AUTHORIZE_URL)
  url.search = String(
    new URLSearchParams({
      response_type: 'code',
      client_id: clientId,
      scope: 'identify',
      redirect_uri: asked.redirectUri,
      state: asked.state,
      code_challenge: asked.challenge,
      code_challenge_method: 'S256',
    }),
  )
  return url.href
}

/** The Discord user who agreed. `afterwards` keeps what need not be waited for. */
export async function whoAgreed(
  env: Environment,
  exchange: Exchange,
  afterwards: (work: Promise<void>) => void,
): Promise<Result<DiscordUser, DiscordRefusal>> {
  const { client, code, codeVerifier, redirectUri } = exchange
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri }
  const granted = await post(env, '/oauth2/token', client, { ...form, code_verifier: codeVerifier })
  if (granted.status === 400) return fail(refusalIn(granted.body))
  if (granted.status === 401) return fail('discord_client_refused')
  const grant = Grant.safeParse(granted.body)
  if (granted.status !== 200 || !grant.success) return fail('discord_unavailable')
  const { access_token: token } = grant.data
  const asked = await exchangeJson(env, '/users/@me', { authorization: `Bearer ${token}` })
  afterwards(giveBack(env, client, token))
  const person = Person.safeParse(asked.body)
  if (asked.status !== 200 || !person.success) return fail('discord_unavailable')
  const { id, username, global_name: name } = person.data
  return ok({ discordId: id, displayName: name || username })
}

/** RFC 6749, section 5.2: only `invalid_client` is about the application, everything else about the code. */
function refusalIn(body: unknown): DiscordRefusal {
  const said = z.object({ error: z.string() }).safeParse(body)
  return said.success && said.data.error === 'invalid_client'
    ? 'discord_client_refused'
    : 'discord_refused'
}

/** A token that could not be given back ends by itself after a week, and nobody has it. */
async function giveBack(env: Environment, client: DiscordClient, token: string): Promise<void> {
  const { status } = await post(env, '/oauth2/token/revoke', client, { token })
  if (status === 200) return
  logError('auth', 'discord.revoke', new Error(`Discord answered ${status} to a revocation.`))
}

type Answer = { status: number; body: unknown }

function post(
  env: Environment,
  path: string,
  { clientId, clientSecret }: DiscordClient,
  form: Record<string, string>,
): Promise<Answer> {
  const authorization = `Basic ${btoa(`${clientId}:${clientSecret}`)}`
  return exchangeJson(env, path, { authorization, form })
}

/** Status 0 when Discord does not answer in time; the body is undefined unless it is JSON of a bounded size. */
async function exchangeJson(
  { DISCORD_API_URL }: Environment,
  path: string,
  { authorization, form }: { authorization: string; form?: Record<string, string> },
): Promise<Answer> {
  try {
    const response = await fetch(`${DISCORD_API_URL}${path}`, {
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
      // The form that Discord demands of every client.
      headers: {
        authorization,
        'user-agent': 'DiscordBot (https://github.com/coinop/coinop, 0.1.0)',
      },
      // A secret goes to Discord and not where somebody else points.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMilliseconds),
    })
    return { status: response.status, body: parsed(await boundedText(response)) }
  } catch (error) {
    logError('auth', 'discord.call', new Error(`${path}: ${String(error)}`))
    return { status: 0, body: undefined }
  }
}

async function boundedText({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let [text, bytes] = ['', 0]
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > answerBytesMax) throw new Error(`An answer of more than ${answerBytesMax} bytes.`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
