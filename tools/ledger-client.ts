/** What the ledger commands have in common: whom they ask, with which key, and what is said when it does not work. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDemo } from './demo.ts'
import { settings } from './system.ts'

export type Client = { baseUrl: string; key: string }

const options = {
  url: { type: 'string' },
  key: { type: 'string' },
  out: { type: 'string' },
} as const

/** `--url` and `COINOP_KEY` or `--key`; without them the demo project of the local system. */
export function readClient(): Client & { out: string | undefined } {
  const { values } = parseArgs({ options })
  const { url, out, key = process.env['COINOP_KEY'] } = values
  if (url !== undefined && key !== undefined) return { baseUrl: url, key, out }
  const file = join(settings().stateFolder, 'demo.json')
  if (url !== undefined || !existsSync(file)) {
    throw new Error('Name --url and a secret key in COINOP_KEY, or run "npm start" first.')
  }
  const { baseUrl, secretKey } = readDemo(file, [])
  return { baseUrl, key: key ?? secretKey, out }
}

/** The answer of a success; a refusal is thrown with what it says. */
export async function request(
  { baseUrl, key }: Client,
  path: string,
  method: 'GET' | 'POST' = 'GET',
): Promise<Response> {
  const response = await fetch(baseUrl + path, { method, headers: { 'x-api-key': key } })
  if (response.ok) return response
  throw new Error(`${method} ${path} answered ${response.status}: ${await response.text()}`)
}
