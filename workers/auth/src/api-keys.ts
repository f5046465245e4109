/** Finds the row that an API key belongs to. */
import { hashApiKey, type KeyEnvironment, parseApiKey } from '@coinop/shared/api-key'
import { now } from '@coinop/shared/clock'
import { equalInConstantTime } from '@coinop/shared/hash'
import { and, eq, isNull, lt, or } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { apiKeys, projects } from './schema.ts'

export type FoundKey = {
  keyId: string
  projectId: string
  kind: 'secret' | 'publishable'
  scopes: string[]
  plan: string
  environment: KeyEnvironment
  expiresAt: number | null
}
type LastUse = { lastUsedAt: number | null }

/** The key if it is one that may be used now. A mistyped one costs no database read, any other exactly one. */
export async function findKey(
  env: Pick<AuthEnv, 'AUTH_DB' | 'AUTH_SECRET'>,
  key: string,
): Promise<(FoundKey & LastUse) | undefined> {
  const parsed = parseApiKey(key)
  if (!parsed) return undefined
  const [row] = await drizzle(env.AUTH_DB)
    .select({
      keyId: apiKeys.id,
      projectId: apiKeys.projectId,
      kind: apiKeys.kind,
      scopes: apiKeys.scopes,
      plan: projects.plan,
      environment: projects.environment,
      lastUsedAt: apiKeys.lastUsedAt,
      secretHash: apiKeys.secretHash,
      expiresAt: apiKeys.expiresAt,
      revokedAt: apiKeys.revokedAt,
    })
    .from(apiKeys)
    .innerJoin(projects, eq(projects.id, apiKeys.projectId))
    .where(eq(apiKeys.lookup, parsed.lookup))
  if (!row) return undefined
  const { secretHash, revokedAt, ...found } = row
  const { expiresAt } = found
  const genuine = equalInConstantTime(secretHash, hashApiKey(env.AUTH_SECRET, key))
  const expired = expiresAt !== null && expiresAt <= now()
  return genuine && !expired && revokedAt === null ? found : undefined
}

const minuteMilliseconds = 60_000

/** Notes that a key was used, to the minute; of all uses in one minute the first one writes. For after the answer. */
export async function noteUse(
  database: D1Database,
  { projectId, keyId, lastUsedAt }: FoundKey & LastUse,
): Promise<void> {
  const minute = now() - (now() % minuteMilliseconds)
  if (lastUsedAt !== null && lastUsedAt >= minute) return
  await drizzle(database)
    .update(apiKeys)
    .set({ lastUsedAt: minute })
    .where(
      and(
        eq(apiKeys.projectId, projectId),
        eq(apiKeys.id, keyId),
        or(isNull(apiKeys.lastUsedAt), lt(apiKeys.lastUsedAt, minute)),
      ),
    )
}
