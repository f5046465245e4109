/** Which pages may call for whom: asked of `auth`, and remembered in this isolate for ten seconds. */
import { now } from '@coinop/shared/clock'
import { ask } from '@coinop/shared/neighbour'

type Lookups = Pick<GatewayEnv['AUTH_LOOKUPS'], 'originsOf' | 'isListedOrigin'>

const rememberedMilliseconds = 10_000
const rememberedMax = 1_000
const charactersMax = 255

/** Remembers what `find` answered, per name; a full memory begins anew. */
function remembering<T>() {
  const remembered = new Map<string, { value: T; until: number }>()
  return async (name: string, find: () => Promise<T>): Promise<T> => {
    const known = remembered.get(name)
    if (known && known.until > now()) return known.value
    const until = now() + rememberedMilliseconds
    const value = await ask('auth', find)
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(name, { value, until })
    return value
  }
}
const ofProject = remembering<string[]>()
const ofAnybody = remembering<boolean>()

/** Whether the project lists exactly this origin. */
export async function projectLists(
  lookups: Lookups,
  projectId: string,
  origin: string,
): Promise<boolean> {
  const origins = await ofProject(projectId, async () => lookups.originsOf(projectId))
  return origins.includes(origin)
}

/** Whether any project does. What cannot be an origin asks nobody. */
export async function anybodyLists(lookups: Lookups, origin: string): Promise<boolean> {
  if (origin.length > charactersMax || !/^https?:\/\//.test(origin)) return false
  return ofAnybody(origin, async () => lookups.isListedOrigin(origin))
}
