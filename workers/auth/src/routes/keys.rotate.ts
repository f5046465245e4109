/** Makes the successor of an API key, with the same rights; the old one works until the overlap is over. */
import { createRoute, z } from '@hono/zod-openapi'
import { enforcePlanLimit } from '@coinop/billing/plan-limits'
import { memberWith } from '@coinop/shared/access'
import { now } from '@coinop/shared/clock'
import { json } from '@coinop/shared/route'
import { and, eq } from 'drizzle-orm'
import { defineRoute } from '../env.ts'
import { raiseKeyGeneration } from '../key-generations.ts'
import { newApiKey } from '../new-api-key.ts'
import { problem, problems } from '../problems.ts'
import { countActiveKeys, keyOf, projectOf } from '../projects.ts'
import { apiKeys } from '../schema.ts'
import { changeOnce, tenantOf } from '../tenant-changes.ts'
import { KeyId, KeyRotation, MintedApiKey } from '../tenant-model.ts'

const hourMilliseconds = 3_600_000

export const keysRotate = defineRoute({
  access: memberWith('keys:write'),
  route: createRoute({
    operationId: 'keys.rotate',
    method: 'post',
    path: '/v1/keys/{keyId}/rotate',
    summary: 'Rotate an API key',
    description:
      'Answers with a new key. The old one works for `overlapHours` more, and until then both count.',
    request: { params: z.object({ keyId: KeyId }), body: json(KeyRotation) },
    responses: {
      201: json(MintedApiKey, 'The new key, with its secret'),
      ...problems('not_found', 'plan_limit', 'key_ended', 'idempotency_conflict'),
    },
  }),
  handler: async (c) => {
    const { keyId } = c.req.valid('param')
    const { overlapHours } = c.req.valid('json')
    const caller = c.get('caller')
    const { projectId } = caller
    const answer = await changeOnce<MintedApiKey>(c, { keyId, overlapHours }, async (db) => {
      const project = await projectOf(db, tenantOf(caller), projectId)
      const old = await keyOf(db, projectId, keyId)
      const at = now()
      const ended = old.revokedAt !== null || (old.expiresAt !== null && old.expiresAt <= at)
      if (ended) throw problem('key_ended')
      if (overlapHours > 0) {
        const count = await countActiveKeys(db, projectId)
        enforcePlanLimit(project, 'keys', count, 'Without an overlap the new key takes its place.')
      }
      const { kind, name, scopes, expiresAt } = old
      const given = { projectId, kind, name, scopes, expiresAt }
      const { minted, statement } = newApiKey(c.env, db, given, project.environment)
      const until = Math.min(expiresAt ?? Infinity, at + overlapHours * hourMilliseconds)
      const end = overlapHours === 0 ? { revokedAt: at } : { expiresAt: Math.floor(until) }
      const isOld = and(eq(apiKeys.projectId, projectId), eq(apiKeys.id, keyId))
      return {
        answer: minted,
        statements: [statement, db.update(apiKeys).set(end).where(isOld)],
        subject: keyId,
      }
    })
    await raiseKeyGeneration(c.env, { projectId, keyId })
    return c.json(answer, 201)
  },
})
