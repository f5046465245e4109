/** Makes API keys: the row that is stored, and the answer that shows the secret. */
import { hashApiKey, type KeyEnvironment, mintApiKey } from '@coinop/shared/api-key'
import { now } from '@coinop/shared/clock'
import { newId } from '@coinop/shared/ids'
import type { DrizzleD1Database } from 'drizzle-orm/d1'
import { apiKeys } from './schema.ts'
import { type ApiKeyRow, type MintedApiKey, toApiKey } from './tenant-model.ts'

type Given = Pick<ApiKeyRow, 'projectId' | 'kind' | 'name' | 'scopes' | 'expiresAt'>

/** A new key as its owner sees it, and the statement that makes it work. */
export function newApiKey(
  { AUTH_SECRET }: Pick<AuthEnv, 'AUTH_SECRET'>,
  db: DrizzleD1Database,
  given: Given,
  environment: KeyEnvironment,
) {
  const { key, lookup } = mintApiKey(environment)
  const row = {
    ...given,
    id: newId('key'),
    lookup,
    secretHash: hashApiKey(AUTH_SECRET, key),
    createdAt: now(),
    revokedAt: null,
    lastUsedAt: null,
  }
  const minted: MintedApiKey = { ...toApiKey(row, environment), secret: key }
  return { minted, statement: db.insert(apiKeys).values(row) }
}
