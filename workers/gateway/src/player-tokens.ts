/** Access tokens, verified here with the public keys of `auth`, which this isolate remembers. */
import {
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
let keySet: { keys: KeySet; fetchedAt: number } | undefined

/** The player of a token. A token signed by a key we do not know asks for the keys again, at most once a minute. */
export async function verifyPlayer(
  lookups: Lookups,
  token: string,
): Promise<Result<PlayerIdentity, 'invalid_token'>> {
  const first = await verifyWith(await keysOf(lookups, false), token)
  if (first.ok || first.code !== 'unknown_key') return plain(first)
  return plain(await verifyWith(await keysOf(lookups, true), token))
}

type Verified = Awaited<ReturnType<typeof verifyAccessToken>>
const verifyWith = (keys: KeySet, token: string): Promise<Verified> =>
  verifyAccessToken(token, keys)

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
  const first = await verifyMemberToken(token, await keysOf(lookups, false))
  if (first.ok) return first
  const unknownKey = first.code === 'unknown_key'
  const second = unknownKey ? await verifyMemberToken(token, await keysOf(lookups, true)) : first
  return second.ok ? second : fail('invalid_token')
}

async function keysOf(lookups: Lookups, newer: boolean): Promise<KeySet> {
  const age = now() - (keySet?.fetchedAt ?? 0)
  const stale = age > keySetMillisecondsMax || (newer && age > refetchMilliseconds)
  if (stale || !keySet) keySet = { keys: await ask('auth', () => lookups.jwks()), fetchedAt: now() }
  return keySet.keys
}
