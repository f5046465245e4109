/** Turns a credential into a caller. None is fine here, and refused where it is needed; a wrong one is always refused. */
import { memberTokenAudience } from '@coinop/shared/access-token'
import type { Caller } from '@coinop/shared/caller'
import { ask } from '@coinop/shared/neighbour'
import { Problem } from '@coinop/shared/problem'
import { decodeJwt } from 'jose'
import type { Exchange, Step } from '../exchange.ts'
import { findKey, findKeyNow, type KeyIdentity, rememberedKey } from '../key-cache.ts'
import { verifyMember, verifyPlayer, type PlayerIdentity } from '../player-tokens.ts'
import { sessionIsOpen } from '../session-cache.ts'

type Credentials = { key: string | undefined; token: string | undefined }

export const credential: Step = (exchange) => {
  const { binding, matched } = exchange
  // Discord signs its requests, and its Worker checks that; what nobody answers asks for no caller.
  if (binding === 'DISCORD' || (!binding && !matched)) return undefined
  const credentials = credentialsOf(exchange)
  const { key, token } = credentials
  if (key === undefined && token === undefined) return undefined
  const known = key !== undefined && fromMemory(exchange) ? rememberedKey(key) : undefined
  if (token !== undefined || !known) return identify(exchange, credentials)
  exchange.caller = { ...exchange.caller, ...callerOf(known, undefined) }
  return undefined
}

/** Asks whoever knows; a key that is remembered, and no token, needs no question. */
async function identify(exchange: Exchange, { key, token }: Credentials): Promise<undefined> {
  const keyIdentity = key === undefined ? undefined : await keyOf(exchange, key)
  if (token !== undefined && isForMembers(token)) {
    if (keyIdentity) throw unauthenticated("Send a member's token without a key.")
    exchange.caller = { ...exchange.caller, ...(await memberOf(exchange, token)) }
    return
  }
  const playerIdentity = token === undefined ? undefined : await playerOf(exchange, token)
  if (keyIdentity && playerIdentity && keyIdentity.projectId !== playerIdentity.projectId) {
    throw unauthenticated('The key and the access token belong to different projects.')
  }
  exchange.caller = { ...exchange.caller, ...callerOf(keyIdentity, playerIdentity) }
}

/** A player's own token says more than the key of the game they play, so it decides. */
function callerOf(
  key: KeyIdentity | undefined,
  player: PlayerIdentity | undefined,
): Partial<Caller> {
  const { plan = '' } = key ?? {}
  if (player) {
    const { userId, projectId, sessionId } = player
    return { kind: 'player', actorId: userId, projectId, sessionId, scopes: [], plan }
  }
  if (!key) return {}
  const { kind, keyId, projectId, scopes } = key
  return { kind, actorId: keyId, projectId, scopes, plan }
}

/** `X-Api-Key`, and `Authorization: Bearer` with either a key or an access token. */
function credentialsOf({ headers }: Exchange): Credentials {
  const header = headers.get('x-api-key') ?? undefined
  const authorization = headers.get('authorization')
  if (authorization === null) return { key: header, token: undefined }
  const [, bearer] = /^Bearer +([\x21-\x7e]{1,4096})$/i.exec(authorization) ?? []
  if (bearer === undefined) throw unauthenticated('Authorization must be `Bearer` and one token.')
  return bearer.startsWith('coinop_')
    ? { key: bearer, token: undefined }
    : { key: header, token: bearer }
}

/** Where money moves, a revoked key and an ended session are refused at once: what is remembered does not count there by itself. */
const fromMemory = ({ matched }: Exchange): boolean => matched?.class !== 'money'

async function keyOf(exchange: Exchange, key: string): Promise<KeyIdentity> {
  const { env, context } = exchange
  const lookups = env.AUTH_LOOKUPS
  const identity = fromMemory(exchange)
    ? await findKey(lookups, key)
    : await findKeyNow(lookups, key, context)
  if (!identity) throw unauthenticated('The API key is unknown, expired or revoked.')
  return identity
}

async function playerOf(exchange: Exchange, token: string): Promise<PlayerIdentity> {
  const lookups = exchange.env.AUTH_LOOKUPS
  const verified = await verifyPlayer(lookups, token)
  if (!verified.ok) throw unauthenticated('The access token is invalid or has expired; refresh it.')
  const open = await sessionIsOpen(lookups, verified.value, fromMemory(exchange))
  if (!open) throw unauthenticated('The session of the access token has ended; log in again.')
  return verified.value
}

/** What the token says of itself, to choose how it is verified; nothing is believed before that. */
function isForMembers(token: string): boolean {
  try {
    return decodeJwt(token).aud === memberTokenAudience
  } catch {
    return false
  }
}

/** The member in the project that they name; one of another tenant answers like one that is not there. */
async function memberOf({ env, headers }: Exchange, token: string): Promise<Partial<Caller>> {
  const verified = await verifyMember(env.AUTH_LOOKUPS, token)
  if (!verified.ok) throw unauthenticated('The access token is invalid or has expired; refresh it.')
  const { memberId, tenantId, sessionId } = verified.value
  const named = headers.get('x-project-id') ?? undefined
  const lookup = { ...verified.value, projectId: named }
  const found = await ask('auth', async () => env.AUTH_LOOKUPS.findMember(lookup))
  if (found === 'unknown') throw unauthenticated('The session has ended; log in again.')
  if (found === 'no_project') throw new Problem('not_found')
  const { role, projectId, plan } = found
  const member = { tenantId, role }
  return { kind: 'member', actorId: memberId, projectId, sessionId, plan, member }
}

const unauthenticated = (detail: string) =>
  new Problem('unauthenticated', { detail, headers: { 'www-authenticate': 'Bearer' } })
