/** The client of Coinop for TypeScript: every operation typed from the contract, every write safe to repeat. */
import createClient, { type FetchResponse, type MaybeOptionalInit } from 'openapi-fetch'
import type {
  HttpMethod,
  MediaType,
  PathsWithMethod,
  RequiredKeysOf,
} from 'openapi-typescript-helpers'
import { type Credential, keyCredential, playerCredential, type Tokens } from './credential.ts'
import { errorOf } from './error.ts'
import { sendWithRetries } from './retry.ts'
import type { components, paths } from './schema.d.ts'

export { CoinopError, type FieldError } from './error.ts'
export type { Tokens } from './credential.ts'

/** The nouns of the API, by name: `Schemas['Transfer']`. */
export type Schemas = components['schemas']

export type CoinopOptions = {
  /** Where the gateway answers, without `/v1`: `http://localhost:8787`. */
  baseUrl: string
  /** A secret key on a server, a publishable key in a game that players hold. */
  apiKey?: string
  /** A player's, from `POST /v1/signup` or `/v1/login`. Beside a key it decides who acts. */
  accessToken?: string
  /** With it an expired access token is renewed on the way. */
  refreshToken?: string
  /** Hears of every renewal. Store both: the old refresh token is no longer good. */
  onTokens?: (tokens: Required<Tokens>) => void | Promise<void>
  /** Instead of the global one. */
  fetch?: (request: Request) => Promise<Response>
  /** How often a request is sent again on a network error, 429 or 503; 3 unless given. */
  retriesMax?: number
  /** Longest wait before one retry; 30,000 unless given. */
  waitMillisecondsMax?: number
}

type Answered<Operation extends Record<string | number, unknown>, Init> = Extract<
  FetchResponse<Operation, Init, MediaType>,
  { error?: never }
>
type Arguments<Init> = RequiredKeysOf<Init> extends never ? [init?: Init] : [init: Init]

/** One method for all operations that use it: the path chooses the types of parameters, body and answer. */
type Method<M extends HttpMethod> = <
  Path extends PathsWithMethod<paths, M>,
  Init extends MaybeOptionalInit<paths[Path], M>,
>(
  path: Path,
  ...init: Arguments<Init>
) => Promise<Answered<paths[Path][M] & Record<string | number, unknown>, Init>>

/** Each call answers `{ data, response }` of a success and throws `CoinopError` for a refusal. */
export type Coinop = {
  GET: Method<'get'>
  POST: Method<'post'>
  PUT: Method<'put'>
  PATCH: Method<'patch'>
  DELETE: Method<'delete'>
}

/** A client for one credential. It holds no connection and needs no closing. */
export function createCoinop(options: CoinopOptions): Coinop {
  const { baseUrl, fetch: transport = (request) => fetch(request) } = options
  const retries = {
    retriesMax: options.retriesMax ?? 3,
    waitMillisecondsMax: options.waitMillisecondsMax ?? 30_000,
  }
  const send = (request: Request) =>
    sendWithRetries(() => transport(request.clone()), retries, request.signal)
  const credential = credentialOf(options, send)
  // A refusal is thrown inside, so what the client answers is always a success.
  return createClient<paths>({
    baseUrl,
    fetch: (request) => perform(request, credential, send),
  }) as unknown as Coinop
}

type Send = (request: Request) => Promise<Response>

function credentialOf(options: CoinopOptions, send: Send): Credential {
  const { baseUrl, apiKey, accessToken, refreshToken, onTokens } = options
  if (accessToken === undefined) return keyCredential(apiKey)
  const exchange = (token: string) =>
    send(
      new Request(`${baseUrl.replace(/\/$/, '')}/v1/refresh`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ refreshToken: token }),
      }),
    )
  const tokens = { accessToken, ...(refreshToken !== undefined && { refreshToken }) }
  return playerCredential({ apiKey, tokens, exchange, onTokens })
}

/** One call: its key, its credential, and once more with a renewed token when the first had expired. */
async function perform(request: Request, credential: Credential, send: Send): Promise<Response> {
  if (request.method !== 'GET' && !request.headers.has('idempotency-key')) {
    request.headers.set('idempotency-key', crypto.randomUUID())
  }
  const shown = credential.apply(request.headers)
  const response = await send(request)
  if (response.ok) return response
  const refusal = await errorOf(response)
  if (!(refusal.code === 'unauthenticated' && (await credential.renew(shown)))) throw refusal
  credential.apply(request.headers)
  const second = await send(request)
  if (!second.ok) throw await errorOf(second)
  return second
}
