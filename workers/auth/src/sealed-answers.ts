/** Idempotency for answers that carry tokens: stored sealed, and without anything that a password could be guessed from. */
import type { Caller } from '@coinop/shared/caller'
import { requestHash } from '@coinop/shared/hash'
import type { OnceRequest } from '@coinop/shared/idempotency'
import { drizzle } from 'drizzle-orm/d1'
import { keyedHash, sealFor } from './secrets.ts'

type Asked = { caller: Caller; key: string; operation: string; input: unknown }

/** What `once` needs to know of a request whose input and answer are both secret. */
export function sealedRequest(
  env: Pick<AuthEnv, 'AUTH_DB' | 'AUTH_SECRET'>,
  { caller: { projectId, actorId }, key, operation, input }: Asked,
): OnceRequest {
  const secretInput = keyedHash(env.AUTH_SECRET, 'request-hash', JSON.stringify(input))
  return {
    db: drizzle(env.AUTH_DB),
    projectId,
    actorId,
    key,
    requestHash: requestHash(operation, secretInput),
    seal: sealFor(env.AUTH_SECRET, `answer:${projectId}`),
  }
}
