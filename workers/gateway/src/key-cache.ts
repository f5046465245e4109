/**
 * API keys, looked up in `auth` and remembered in this isolate for ten seconds: a revoked key lives no longer than that.
 * Where money moves what is remembered counts only while the key's generation is still the one it was found with.
 */
import { parseApiKey } from '@coinop/shared/api-key'
import { now } from '@coinop/shared/clock'
import { Gathering, type Later } from '@coinop/shared/gathering'
import { ask } from '@coinop/shared/neighbour'

type Lookups = Pick<GatewayEnv['AUTH_LOOKUPS'], 'findKey' | 'keyGeneration'>
export type KeyIdentity = {
  keyId: string
  projectId: string
  kind: 'secret' | 'publishable'
  scopes: string[]
  plan: string
}
/** `generation` was read before the key's row was; undefined until money moves with the key. */
type Remembered = { identity: KeyIdentity; generation: number | undefined; until: number }

export const rememberedMilliseconds = 10_000
const rememberedMax = 1_000
/** By the key itself, which the request has in memory anyway: its digest would cost a tenth of what the gateway does. */
const remembered = new Map<string, Remembered>()
/** By the key's id: requests that come while one asks are answered by one question, the next. */
const generations = new Gathering<string, number>()

/** Who a key is, as this isolate remembers it. */
export function rememberedKey(key: string): KeyIdentity | undefined {
  const known = remembered.get(key)
  return known && known.until > now() ? known.identity : undefined
}

/** Who a key is, or undefined. A key with a wrong checksum asks nobody. */
export async function findKey(lookups: Lookups, key: string): Promise<KeyIdentity | undefined> {
  return rememberedKey(key) ?? lookUp(lookups, key)
}

/** Who a key is at this moment: no change that was answered before this call is missed. */
export async function findKeyNow(
  lookups: Lookups,
  key: string,
  later?: Later,
): Promise<KeyIdentity | undefined> {
  const known = remembered.get(key)
  if (known?.generation === undefined || known.until <= now()) {
    return lookUp(lookups, key, known?.identity)
  }
  const { projectId, keyId } = known.identity
  const generation = await generations.ask(keyId, keyId, {
    all: async (asked) => {
      const current = await ask('auth', () => lookups.keyGeneration({ projectId, keyId }))
      return asked.map(() => current)
    },
    later,
  })
  const isSame = generation === known.generation && known.until > now()
  return isSame ? known.identity : lookUp(lookups, key, known.identity)
}

/** `before` is who it was when it was last found: whom nobody has found yet has no generation to ask for. */
async function lookUp(
  lookups: Lookups,
  key: string,
  before?: KeyIdentity,
): Promise<KeyIdentity | undefined> {
  if (!parseApiKey(key)) return undefined
  // From before the question: a key that is revoked while it is answered is not remembered for longer.
  const latest = now() + rememberedMilliseconds
  const reference = before && { projectId: before.projectId, keyId: before.keyId }
  const found = await ask('auth', () => lookups.findKey(key, reference))
  forgetExpired()
  remembered.delete(key)
  if (!found) return undefined
  if (remembered.size >= rememberedMax) remembered.clear()
  const { generation, expiresAt, ...identity } = found
  const until = Math.min(latest, expiresAt ?? Infinity)
  remembered.set(key, { identity, generation, until })
  return identity
}

function forgetExpired(): void {
  for (const [key, { until }] of remembered) if (until <= now()) remembered.delete(key)
}
