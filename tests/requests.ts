/** Asks a system through its public door, well-mannered or not. */
import { randomUUID } from 'node:crypto'

export type AskAt = {
  /** A secret or publishable key. */
  key?: string
  /** A player's access token. */
  token?: string
  json?: unknown
  /** Sent instead of `json`, as it stands. */
  body?: string | ReadableStream
  headers?: Record<string, string>
  /** The system that is asked. */
  baseUrl: string
  /** Made at random for writes when absent; empty for none. */
  idempotencyKey?: string
}
// oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects
export type Answer = { status: number; body: any; headers: Headers }

export async function askAt(method: string, path: string, options: AskAt): Promise<Answer> {
  const { key, token, json, headers = {}, idempotencyKey = randomUUID() } = options
  const body = options.body ?? (json === undefined ? undefined : JSON.stringify(json))
  const response = await fetch(options.baseUrl + path, {
    method,
    headers: {
      ...(key && { 'x-api-key': key }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method !== 'GET' && idempotencyKey && { 'idempotency-key': idempotencyKey }),
      ...headers,
    },
    ...(body !== undefined && { body, duplex: 'half' as const }),
  })
  const text = await response.text()
  const isJson = /^application\/([\w.-]+\+)?json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    headers: response.headers,
  }
}

/** How often each value occurs. */
export const tally = (values: (string | number)[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([value, list]) => [value, list.length]))
