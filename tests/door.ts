/** Asks the running system through its public door, well-mannered or not. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Demo } from '../tools/demo.ts'

export type Ask = {
  /** A secret or publishable key. */
  key?: string
  /** A player's access token. */
  token?: string
  json?: unknown
  /** Sent instead of `json`, as it stands. */
  body?: string | ReadableStream
  headers?: Record<string, string>
  /** Of another system than the one that all tests share. */
  baseUrl?: string
  /** Made at random for writes when absent; empty for none. */
  idempotencyKey?: string
}
// oxlint-disable-next-line typescript/no-explicit-any -- a test says itself what it expects
export type Answer = { status: number; body: any; headers: Headers }

export const { baseUrl, stateFolder } = inject('system')
export const demo = JSON.parse(readFileSync(join(stateFolder, 'demo.json'), 'utf8')) as Demo

export async function ask(method: string, path: string, options: Ask = {}): Promise<Answer> {
  const { key, token, json, headers = {}, idempotencyKey = randomUUID() } = options
  const body = options.body ?? (json === undefined ? undefined : JSON.stringify(json))
  const response = await fetch((options.baseUrl ?? baseUrl) + path, {
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

/** As the owner of the demo project. */
export const asOwner = (method: string, path: string, options: Ask = {}): Promise<Answer> =>
  ask(method, path, { key: demo.secretKey, ...options })

export type Player = { id: string; token: string }

/** A new player of the demo project, with this much money. */
export async function newPlayer(amount = 0): Promise<Player> {
  const email = `${randomUUID()}@example.com`
  const json = { email, password: randomUUID() }
  const { body } = await ask('POST', '/v1/signup', { key: demo.publishableKey, json })
  const player = { id: body.user.id as string, token: body.accessToken as string }
  if (amount > 0) {
    const deposit = { currency: demo.currency, amount, reason: 'test money' }
    await asOwner('POST', `/v1/wallets/${player.id}/deposit`, { json: deposit })
  }
  return player
}

/** What a player can spend now. */
export async function availableTo({ token }: Player): Promise<number> {
  const { body } = await ask('GET', '/v1/balance', { token })
  const lines = body.balances as { currency: string; available: number }[]
  return lines.find(({ currency }) => currency === demo.currency)?.available ?? 0
}

/** How often each value occurs. */
export const tally = (values: (string | number)[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(values, String)].map(([value, list]) => [value, list.length]))
