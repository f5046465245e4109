/** Which callers may use an operation: declared once per route, enforced by `createApp`, published in the contract. */
import type { ActorKind, Caller } from './caller.ts'
import { invalidField, Problem } from './problem.ts'

/** What a secret API key can be allowed to do. */
export const scopes = [
  'users:read',
  'users:write',
  'wallet:read',
  'wallet:write',
  'shop:read',
  'shop:write',
  'games:read',
  'games:play',
  'games:write',
  'events:read',
  'billing:read',
] as const
export type Scope = (typeof scopes)[number]

/** `scope` is asked of secret keys only: what a player or a publishable key may do follows from its kind. */
export type Access = { kinds: readonly ActorKind[]; scope?: Scope }

export const anyone: Access = { kinds: ['anonymous', 'player', 'secret', 'publishable'] }
export const anyoneInProject: Access = { kinds: ['player', 'secret', 'publishable'] }
export const anyKey: Access = { kinds: ['secret', 'publishable'] }
export const playerOnly: Access = { kinds: ['player'] }
export const secretKey = (scope: Scope): Access => ({ kinds: ['secret'], scope })
export const playerOrSecretKey = (scope: Scope): Access => ({ kinds: ['player', 'secret'], scope })

/** Throws `unauthenticated` or `forbidden` unless `caller` may use an operation with this access. */
export function enforceAccess({ kinds, scope }: Access, caller: Caller): void {
  if (!kinds.includes(caller.kind)) {
    if (caller.kind === 'anonymous') throw new Problem('unauthenticated')
    const detail = `A ${names[caller.kind]} may not do this; it takes ${describeKinds(kinds)}.`
    throw new Problem('forbidden', { detail })
  }
  if (scope && caller.kind === 'secret' && !caller.scopes.includes(scope)) {
    throw new Problem('forbidden', { detail: `The key lacks the scope ${scope}.` })
  }
}

/**
 * The user an operation is about: a player acts for themselves, a key names somebody with `userId`.
 * A player who names anybody else is refused. `pointer` is where the id stands in the request.
 */
export function subjectOf(caller: Caller, userId: string | undefined, pointer: string): string {
  if (caller.kind === 'player') {
    if (userId !== undefined && userId !== caller.actorId) {
      throw new Problem('forbidden', { detail: 'A player may only act for themselves.' })
    }
    return caller.actorId
  }
  if (userId === undefined) throw invalidField(pointer, 'Required when an API key is used.')
  return userId
}

const names: Record<ActorKind, string> = {
  anonymous: 'request without a credential',
  player: 'player',
  secret: 'secret key',
  publishable: 'publishable key',
  system: 'system task',
}

/** "a player or a secret key", for messages and for the contract. */
export const describeKinds = (kinds: readonly ActorKind[]): string =>
  kinds.map((kind) => `a ${names[kind]}`).join(' or ')
