/** Revokes an API key: at once where money moves, elsewhere within the ten seconds that the gateway remembers it. */
import { createRoute, z } from '@hono/zod-openapi'
import { memberWith } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { and, eq, isNull } from 'drizzle-orm'
import { defineRoute } from '../env.ts'
import { raiseKeyGeneration } from '../key-generations.ts'
import { problems } from '../problems.ts'
import { keyOf, projectOf } from '../projects.ts'
import { apiKeys } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { KeyId } from '../tenant-model.ts'

export const keysDelete = defineRoute({
  access: memberWith('keys:write'),
  route: createRoute({
    operationId: 'keys.delete',
    method: 'delete',
    path: '/v1/keys/{keyId}',
    summary: 'Revoke an API key',
    description: 'Revoking it again changes nothing.',
    request: { params: z.object({ keyId: KeyId }) },
    responses: {
      204: { description: 'It is revoked' },
      ...problems('not_found', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { keyId } = c.req.valid('param')
    const caller = c.get('caller')
    const { projectId } = caller
    await changeOnce<null>(c, { keyId }, async (db) => {
      await projectOf(db, tenantOf(caller), projectId)
      await keyOf(db, projectId, keyId)
      const isOpen = and(
        eq(apiKeys.projectId, projectId),
        eq(apiKeys.id, keyId),
        isNull(apiKeys.revokedAt),
      )
      const statements = [db.update(apiKeys).set({ revokedAt: now() }).where(isOpen)]
      return { answer: null, statements, subject: keyId }
    })
    // Also when it was revoked before: whoever did that may have ended in between.
    await raiseKeyGeneration(c.env, { projectId, keyId })
    return c.body(null, 204)
  },
})
