/** API keys, looked up in `auth` and remembered in this isolate for ten seconds: a revoked key lives no longer than that. */
import { parseApiKey } from '@coinop/shared/api-key'
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'

type Lookups = GatewayEnv['AUTH_LOOKUPS']
export type KeyIdentity = {
  keyId: string
  projectId: string
  kind: 'secret' | 'publishable'
  scopes: string[]
  plan: string
}

export const rememberedMilliseconds = 10_000
const rememberedMax = 1_000
/** By the key itself, which the request has in memory anyway: its digest would cost a tenth of what the gateway does. */
const remembered = new Map<string, { identity: KeyIdentity; until: number }>()

/** Who a key is, as this isolate remembers it. */
export function rememberedKey(key: string): KeyIdentity | undefined {
  const known = remembered.get(key)
  return known && known.until > now() ? known.identity : undefined
}

/** Who a key is, or undefined. A key with a wrong checksum asks nobody. With `fromMemory` false what is remembered does not count. */
export async function findKey(
  lookups: Lookups,
  key: string,
  fromMemory = true,
): Promise<KeyIdentity | undefined> {
  const known = fromMemory ? rememberedKey(key) : undefined
  if (known) return known
  if (!parseApiKey(key)) return undefined
  // From before the question: a key that is revoked while it is answered is not remembered for longer.
  const until = now() + rememberedMilliseconds
  const identity = await ask('auth', () => lookups.findKey(key))
  forgetExpired()
  remembered.delete(key)
  if (!identity) return undefined
  if (remembered.size >= rememberedMax) remembered.clear()
  remembered.set(key, { identity, until })
  return identity
}

function forgetExpired(): void {
  for (const [key, { until }] of remembered) if (until <= now()) remembered.delete(key)
}
