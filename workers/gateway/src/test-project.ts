/** What the gateway's tests begin with: a project with keys, in the very tables of `auth`. */
import { env, exports } from 'cloudflare:workers'
import { apiKeys, projects } from '@coinop/auth/schema'
import { type OperationClass, plans } from '@coinop/billing/plans'
import { hashApiKey, mintApiKey } from '@coinop/shared/api-key'
import { type Caller, callerHeader, systemCaller } from '@coinop/shared/caller'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import { eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { testSecret } from '../../../tools/secrets.ts'

export const bindings = env as unknown as GatewayEnv & { AUTH_DB: D1Database }
const db = drizzle(bindings.AUTH_DB)

/** A project of its own for a test. */
export async function newProject(): Promise<string> {
  const id = newId('prj')
  const tenantId = newId('ten')
  const project = { id, tenantId, name: 'Test', environment: 'test', plan: 'free' } as const
  await db.insert(projects).values({ ...project, createdAt: now() })
  return id
}

/** A key of a project, as its owner would hold it. */
export async function newKey(
  projectId: string,
  kind: 'secret' | 'publishable' = 'secret',
  scopes: string[] = ['wallet:read', 'wallet:write', 'events:read'],
): Promise<string> {
  const { key, lookup } = mintApiKey('test')
  const secretHash = hashApiKey(testSecret('AUTH_SECRET'), key)
  const row = { projectId, id: newId('key'), lookup, kind, name: kind, scopes, secretHash }
  await db.insert(apiKeys).values({ ...row, createdAt: now() })
  return key
}

export const revokeKeys = (projectId: string) =>
  db.update(apiKeys).set({ revokedAt: now() }).where(eq(apiKeys.projectId, projectId))

/** A request through the public door. */
export function fetchGateway(path: string, init: RequestInit = {}): Promise<Response> {
  const { default: gateway } = exports as unknown as { default: Fetcher }
  return gateway.fetch(`http://gateway${path}`, init)
}

export type ProblemAnswer = { status: number; code: string; requestId: string }

/** The problem that a request is answered with. */
export async function problemOf(path: string, init: RequestInit = {}): Promise<ProblemAnswer> {
  const response = await fetchGateway(path, init)
  return { ...(await response.json<ProblemAnswer>()), status: response.status }
}

/** Takes operations of a project on the plan free until just so many are left. */
export async function leaveQuota(
  projectId: string,
  left: number,
  name: OperationClass = 'money',
): Promise<void> {
  const caller = systemCaller(projectId)
  const limit = plans.free.operationsPerMonth[name]
  for (let rest = limit - left; rest > 0; rest -= 10_000) {
    const needed = Math.min(rest, 10_000)
    const request = { id: crypto.randomUUID(), class: name, plan: 'free', needed, spare: 0 }
    await bindings.BILLING_METERS.lease(caller, request)
  }
}

type UsedBy = Record<OperationClass, { used: number }>

/** What the meter of a project has counted, as `usage.get` tells it. */
export async function usageOf(caller: Caller): Promise<UsedBy> {
  const key = { ...caller, kind: 'secret', scopes: ['billing:read'] }
  const headers = { [callerHeader]: JSON.stringify(key) }
  const response = await bindings.BILLING.fetch('http://billing/v1/usage', { headers })
  return (await response.json<{ operations: UsedBy }>()).operations
}
