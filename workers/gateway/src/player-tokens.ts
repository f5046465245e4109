/** Access tokens, verified here with the public keys of `auth`, which this isolate remembers. */
import {
  type AccessClaims,
  type MemberClaims,
  verifyAccessToken,
  verifyMemberToken,
} from '@coinop/shared/access-token'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'
import { fail, ok, type Result } from '@coinop/shared/result'

type Lookups = GatewayEnv['AUTH_LOOKUPS']
type KeySet = Awaited<ReturnType<Lookups['jwks']>>
export type PlayerIdentity = { userId: string; projectId: string; sessionId: string }

const refetchMilliseconds = 60_000
/** A key that `auth` has withdrawn is forgotten here within this time. */
const keySetMillisecondsMax = 300_000
/** Tokens whose signature these keys have confirmed: checking it again would cost more than all the rest of the policy. */
type Confirmed = Map<string, AccessClaims>
let keySet: { keys: KeySet; fetchedAt: number; confirmed: Confirmed } | undefined
const confirmedMax = 10_000

/** The player of a token. A token signed by a key we do not know asks for the keys again, at most once a minute. */
export async function verifyPlayer(
  lookups: Lookups,
  token: string,
): Promise<Result<PlayerIdentity, 'invalid_token'>> {
  const known = await keysOf(lookups, false)
  const claims = known.confirmed.get(token)
  if (claims && claims.expiresAt > now()) return plain(ok(claims))
  const first = await verifyWith(known, token)
  if (first.ok || first.code !== 'unknown_key') return plain(first)
  return plain(await verifyWith(await keysOf(lookups, true), token))
}

type Verified = Awaited<ReturnType<typeof verifyAccessToken>>

async function verifyWith({ keys, confirmed }: Keys, token: string): Promise<Verified> {
  const verified = await verifyAccessToken(token, keys)
  if (verified.ok) {
    if (confirmed.size >= confirmedMax) confirmed.clear()
    confirmed.set(token, verified.value)
  }
  return verified
}

function plain(verified: Verified): Result<PlayerIdentity, 'invalid_token'> {
  if (!verified.ok) return fail('invalid_token')
  const { userId, projectId, sessionId } = verified.value
  return ok({ userId, projectId, sessionId })
}

/** The member of a token, by the same keys. What they may do is asked of `auth` each time. */
export async function verifyMember(
  lookups: Lookups,
  token: string,
): Promise<Result<MemberClaims, 'invalid_token'>> {
  const first = await verifyMemberToken(token, (await keysOf(lookups, false)).keys)
  if (first.ok) return first
  const unknownKey = first.code === 'unknown_key'
  const second = unknownKey
    ? await verifyMemberToken(token, (await keysOf(lookups, true)).keys)
    : first
  return second.ok ? second : fail('invalid_token')
}

type Keys = NonNullable<typeof keySet>

async function keysOf(lookups: Lookups, newer: boolean): Promise<Keys> {
  const age = now() - (keySet?.fetchedAt ?? 0)
  const stale = age > keySetMillisecondsMax || (newer && age > refetchMilliseconds)
  if (!stale && keySet) return keySet
  // What a withdrawn key has confirmed goes with it.
  const keys = await ask('auth', () => lookups.jwks())
  keySet = { keys, fetchedAt: now(), confirmed: new Map() }
  return keySet
}
