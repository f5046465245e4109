/** Calls a route as the gateway would and holds the answer to the contract: an undeclared status or field fails the test. */
import type { z } from '@hono/zod-openapi'
import { exports } from 'cloudflare:workers'
import { expect } from 'vitest'
import { scopes } from './access.ts'
import { type Caller, callerHeader, systemCaller } from './caller.ts'
import type { Role } from './roles.ts'
import type { Route } from './route.ts'

type Input = {
  params?: Record<string, string>
  query?: Record<string, string>
  headers?: Record<string, string>
  json?: unknown
  /** Sent instead of `json`, as it stands. */
  body?: string
  caller?: Partial<Caller>
}
// oxlint-disable-next-line typescript/no-explicit-any -- a test may look into any answer; `checked` holds it to the contract
type Answer = { status: number; body: any; headers: Headers }

export const testProject = 'prj_01k9x6c3v5t8r2m4n7p0q1s2w3'
export const otherProject = 'prj_01k9x6c3v5t8r2m4n7p0q1s2w4'

const base = (): Caller => ({ ...systemCaller(testProject), plan: 'free' })
export const anonymous = (): Caller => ({
  ...base(),
  kind: 'anonymous',
  actorId: '',
  projectId: '',
})
export const player = (userId: string): Caller => ({ ...base(), kind: 'player', actorId: userId })
export const testTenant = 'ten_01k9x6c3v5t8r2m4n7p0q1s2w3'
export const otherTenant = 'ten_01k9x6c3v5t8r2m4n7p0q1s2w4'
/** A member of `testTenant` who names `testProject`, unless told otherwise. */
export const member = (role: Role, more: Partial<Caller> = {}): Caller => ({
  ...base(),
  kind: 'member',
  actorId: 'mem_01k9x6c3v5t8r2m4n7p0q1s2w3',
  member: { tenantId: testTenant, role },
  ...more,
})
export const publishableKey = (): Caller => ({
  ...base(),
  kind: 'publishable',
  actorId: 'key_public',
})
export const secretKeyWith = (...granted: string[]): Caller => ({
  ...base(),
  kind: 'secret',
  actorId: 'key_secret',
  scopes: granted,
})
export const allPowerfulKey = (): Caller => secretKeyWith(...scopes)

/** Calls `route`; without `caller` as a secret key with every scope. */
export async function call({ route }: Route, input: Input = {}): Promise<Answer> {
  const { params = {}, query = {}, headers = {}, json, body, caller } = input
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  )
  const url = new URL(path, 'http://worker')
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  const sent = body ?? (json === undefined ? undefined : JSON.stringify(json))
  const response = await gatewayBinding().fetch(url.href, {
    method: route.method.toUpperCase(),
    headers: {
      ...(sent !== undefined && { 'content-type': 'application/json' }),
      [callerHeader]: JSON.stringify({ ...allPowerfulKey(), ...caller }),
      ...headers,
    },
    ...(sent !== undefined && { body: sent }),
  })
  return checked(route, response)
}

/** This Worker as the gateway binds it: with the props that make the caller header believed. */
export function gatewayBinding(): Fetcher {
  const worker = (exports as unknown as { default: (options: object) => Fetcher }).default
  return worker({ props: { caller: 'gateway' } })
}

async function checked(route: Route['route'], response: Response): Promise<Answer> {
  const { status, headers } = response
  const text = await response.text()
  const [media = ''] = (headers.get('content-type') ?? '').split(';')
  const body: unknown = text !== '' && media.endsWith('json') ? JSON.parse(text) : text
  const declared = route.responses[status] as
    | { content?: Record<string, { schema: z.ZodType }> }
    | undefined
  const what = `${route.operationId} answered ${status} ${media}: ${text.slice(0, 500)}`
  if (!declared) throw new Error(`${what}, a status that its contract does not declare`)
  if (text === '' && !declared.content) return { status, body, headers }
  const schema = declared.content?.[media]?.schema
  if (!schema) throw new Error(`${what}, a media type that its contract does not declare`)
  // Equality, not just validity: a field the contract does not name is a leak.
  expect(schema.parse(body), `${what}: more than its contract declares`).toEqual(body)
  return { status, body, headers }
}
