/** Who is asking. The gateway verifies a credential once and passes the answer on as data; see `access.ts` for the rules. */
import { type Role, roles } from './roles.ts'
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

export type Caller = {
  kind: ActorKind
  /** The user's, the key's or the member's id; empty for `anonymous`. */
  actorId: string
  /** Every id, row and object name of an operation begins with this. Empty for `anonymous`, and for a member who named none. */
  projectId: string
  scopes: string[]
  plan: string
  requestId: string
  traceparent: string
  /** The client's network address where the gateway knows it: for counting attempts, and for the audit log of a tenant. */
  address?: string | undefined
  /** The session of a player's or a member's access token. */
  sessionId?: string | undefined
  /** Only, and always, of a `member`. */
  member?: { tenantId: string; role: Role } | undefined
}

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
    const value: unknown = JSON.parse(header)
    return isCaller(value) ? value : undefined
  } catch {
    return undefined
  }
}

const texts = ['actorId', 'projectId', 'plan', 'requestId', 'traceparent']
const addressCharactersMax = 45

/** By hand: every Worker asks it of every request, and a schema would take several times as long. */
function isCaller(value: unknown): value is Caller {
  if (!isObject(value)) return false
  const { kind, scopes, address = '', sessionId = '', member } = value
  return (
    isOneOf(actorKinds, kind) &&
    texts.every((name) => isText(value[name])) &&
    Array.isArray(scopes) &&
    scopes.every(isText) &&
    isText(address) &&
    address.length <= addressCharactersMax &&
    isText(sessionId) &&
    (member === undefined || isMember(member))
  )
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null
const isText = (value: unknown): value is string => typeof value === 'string'
const isOneOf = (list: readonly string[], value: unknown) => isText(value) && list.includes(value)
const isMember = (value: unknown) =>
  isObject(value) && isText(value['tenantId']) && isOneOf(roles, value['role'])
