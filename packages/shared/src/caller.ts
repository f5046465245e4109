/** Who is asking. The gateway verifies a credential once and passes the answer on as data; see `access.ts` for the rules. */
import { z } from '@hono/zod-openapi'
import { roles } from './roles.ts'
import { newTraceparent } from './trace.ts'

/** The header that carries the caller from the gateway to a service. Deleted from every outside request. */
export const callerHeader = 'coinop-caller'

/**
 * `player` holds an access token; `secret` and `publishable` are the two kinds of API key; `member` administers a tenant;
 * `system` is one of our own schedules; `anonymous` showed nothing.
 */
export const actorKinds = [
  'anonymous',
  'player',
  'secret',
  'publishable',
  'member',
  'system',
] as const
export type ActorKind = (typeof actorKinds)[number]

export const Caller = z.object({
  kind: z.enum(actorKinds),
  /** The user's, the key's or the member's id; empty for `anonymous`. */
  actorId: z.string(),
  /** Every id, row and object name of an operation begins with this. Empty for `anonymous`, and for a member who named none. */
  projectId: z.string(),
  scopes: z.array(z.string()),
  plan: z.string(),
  requestId: z.string(),
  traceparent: z.string(),
  /** The client's network address where the gateway knows it: for counting attempts, and for the audit log of a tenant. */
  address: z.string().max(45).optional(),
  /** The session of a player's or a member's access token. */
  sessionId: z.string().optional(),
  /** Only, and always, of a `member`. */
  member: z.object({ tenantId: z.string(), role: z.enum(roles) }).optional(),
})
export type Caller = z.infer<typeof Caller>

/** Who has shown nothing, or nothing yet. */
export const anonymousCaller = (requestId: string, traceparent: string): Caller => ({
  kind: 'anonymous',
  actorId: '',
  projectId: '',
  scopes: [],
  plan: '',
  requestId,
  traceparent,
})

/** The caller of work that no request started, such as a sweep. */
export const systemCaller = (projectId: string): Caller => ({
  kind: 'system',
  actorId: 'system',
  projectId,
  scopes: [],
  plan: '',
  requestId: crypto.randomUUID(),
  traceparent: newTraceparent(),
})

/** Reads the header; undefined when it is absent or not what the gateway writes. */
export function readCaller(header: string | undefined): Caller | undefined {
  if (header === undefined) return undefined
  try {
    return Caller.parse(JSON.parse(header))
  } catch {
    return undefined
  }
}
