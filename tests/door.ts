/** The public door of the one system that the tests share. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inject } from 'vitest'
import type { Demo } from '../tools/demo.ts'
import { type Answer, type AskAt, askAt } from './requests.ts'

/** Of the system that all tests share unless told otherwise. */
export type Ask = Partial<AskAt>

export const { baseUrl, stateFolder } = inject('system')
export const demo = JSON.parse(readFileSync(join(stateFolder, 'demo.json'), 'utf8')) as Demo

export const ask = (method: string, path: string, options: Ask = {}): Promise<Answer> =>
  askAt(method, path, { baseUrl, ...options })

/** Asks, and throws when the answer is not a success: what follows would prove nothing. */
export async function must(method: string, path: string, options: Ask): Promise<Answer['body']> {
  const { status, body } = await ask(method, path, options)
  if (status < 300) return body
  throw new Error(`${method} ${path} answered ${status}: ${JSON.stringify(body)}`)
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
